"""Photos of the test and val splits that should hold neither text nor logos: where a brand is a false alarm.

Chosen by what people wrote about them and by nothing that looks at pixels: COCO and textbook photos none of whose captions names
anything that commonly carries writing or marks (signs, vehicles, screens, packages, team sports, shops, streets ...).
"""

import re
from pathlib import Path

from data import read_captions

CARRIERS = """sign text word letter logo brand label read say write written writing number numeral jersey uniform bus truck plane
airplane jet aircraft airport train subway tram taxi car van vehicle motorcycle motorbike scooter boat ship billboard poster banner flag store shop
market restaurant traffic parking book magazine newspaper paper menu card laptop computer keyboard monitor screen phone cellphone cell tv television
remote controller wii game clock watch bottle can box bag package packaging suitcase luggage backpack baseball basketball football soccer tennis
skateboard skateboarder snowboard ski skier surfboard racket racquet bat helmet player team match court stadium shirt shoe sneaker sticker graffiti ad
advertisement advertising tattoo appliance refrigerator fridge oven stove microwave toaster blender printer machine equipment instrument diagram chart
map graph drawing illustration cartoon beer soda cereal candy station meter hydrant toothpaste display event parade rider race racing""".split()
SOURCES = ("coco/", "openstax/")
PATTERN = re.compile(r"\b(" + "|".join(CARRIERS) + r")(s|es|ed|ing)?\b", re.IGNORECASE)


def plain_photos(data: Path, split: str) -> list[str]:
    """Names of COCO and textbook photos of a split whose captions name no carrier of text or marks, sorted."""
    return sorted(
        example.image
        for example in read_captions(data / "captions.tsv")
        if example.split == split and example.image.startswith(SOURCES) and not any(PATTERN.search(caption) for _, caption in example.captions)
    )
