"""What the detector tells apart: COCO's 80 classes in COCO's order, the products of the catalogue photos, and product attributes.

A written type or a seller's product type that is the same thing as a COCO class counts as that class. Types that are in neither
table are not learned from. Colours are the eleven basic terms of Berlin and Kay and beige.
"""

import re

from hallucination import OBJECTS

COCO_CLASSES: tuple[str, ...] = tuple(OBJECTS)
PERSON = COCO_CLASSES.index("person")

PRODUCT_TYPES: dict[str, tuple[str, ...]] = {
    "t-shirt": ("t-shirt", "jersey"),
    "polo shirt": ("polo shirt",),
    "shirt": ("shirt",),
    "top": ("top", "tank top", "sports bra"),
    "jacket": ("jacket", "sweatshirt", "tracksuit"),
    "trousers": ("track pants", "jeans", "capris"),
    "shorts": ("shorts",),
    "dress": ("dress", "kurta set", "clothing set", "leotard", "childrens_costume"),
    "swimwear": ("swimsuit",),
    "shoe": ("sports shoes", "casual shoes", "sneakers", "formal shoes", "flats", "boots", "cricket shoes", "football shoes", "shoes", "boot", "technical_sport_shoe"),
    "high heels": ("heels",),
    "sandal": ("sandals", "sandal"),
    "flip-flop": ("flip flops",),
    "hat": ("cap", "hat", "swimming cap"),
    "jewellery": ("finering", "ring", "fineother", "finenecklacebraceletanklet", "fineearring", "fashionnecklacebraceletanklet", "earring", "necklace", "bracelet", "jewelry_set", "charm", "fashionring", "fashionearring"),
    "lamp": ("lamp", "light_fixture", "light_bulb", "home_lighting_and_lamps", "string_light", "light_source"),
    "cushion": ("pillow", "ottoman", "bean_bag_chair"),
    "cabinet": ("cabinet", "dresser", "storage_drawer", "shelf", "av_furniture", "storage_rack", "desk", "table"),
    "phone case": ("cellular_phone_case", "portable_electronic_device_cover", "screen_protector"),
    "cookware": ("saute_fry_pan", "dutch_ovens", "casseroles", "baking_pan", "rice_cookers"),
}  # fmt: skip

COCO_TYPES: dict[str, tuple[str, ...]] = {
    "backpack": ("backpack",),
    "handbag": ("handbag", "clutch", "tote_bag"),
    "suitcase": ("suitcase", "luggage"),
    "sports ball": ("football", "basketball", "recreation_ball"),
    "bottle": ("water bottle", "bottle"),
    "couch": ("sofa",),
    "chair": ("chair",),
    "bench": ("bench",),
    "bed": ("bed", "bed_frame"),
    "cup": ("drinking_cup",),
    "bowl": ("dishware_bowl",),
    "clock": ("clock",),
    "umbrella": ("umbrella",),
    "scissors": ("scissors",),
    "keyboard": ("keyboards",),
    "mouse": ("input_mouse",),
    "remote": ("remote_control",),
    "cell phone": ("phone", "wireless_locked_phone"),
    "toaster": ("toaster",),
    "toothbrush": ("toothbrush",),
    "tie": ("necktie",),
    "potted plant": ("planter",),
}

PRODUCT_CLASSES: tuple[str, ...] = tuple(PRODUCT_TYPES)
CLASSES: tuple[str, ...] = COCO_CLASSES + PRODUCT_CLASSES
CLASS_OF_TYPE: dict[str, int] = {t: CLASSES.index(name) for table in (PRODUCT_TYPES, COCO_TYPES) for name, types in table.items() for t in types}

ATTRIBUTE_VALUES: dict[str, tuple[str, ...]] = {
    "colour": ("black", "white", "grey", "red", "pink", "orange", "yellow", "green", "blue", "purple", "brown", "beige"),
    "pattern": ("solid", "graphic", "colourblock", "striped", "checked", "textured", "floral"),
    "material": ("synthetic", "leather", "cotton", "rubber", "canvas", "denim", "metal", "wood", "plastic"),
}
SAME_VALUE: dict[str, str] = {
    "navy": "blue", "light blue": "blue", "turquoise": "blue", "teal": "blue", "maroon": "red", "burgundy": "red", "silver": "grey", "gray": "grey",
    "charcoal": "grey", "gold": "yellow", "cream": "beige", "ivory": "beige", "tan": "brown", "espresso": "brown", "walnut": "brown", "olive": "green",
    "peach": "orange", "lilac": "purple", "printed": "graphic", "knit": "cotton", "nylon": "synthetic", "polyester": "synthetic",
}  # fmt: skip


def attribute_index(name: str, text: str) -> int:
    """The value of an attribute that a written text begins with or names first, as its index; -1 when it names none."""
    values = ATTRIBUTE_VALUES[name]
    words = re.split(r"[+,/&]| and ", text.lower())[0].strip()
    for candidate in (words, *words.split()):
        value = SAME_VALUE.get(candidate, candidate)
        if value in values:
            return values.index(value)
    return -1
