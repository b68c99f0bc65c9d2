// The messages of an ONNX file for tensors, types and functions (onnx.proto of onnx 1.23: all fields), as protobufjs takes them.

/** The messages by name; fields in camelCase. */
export const TYPE_MESSAGES = {
  TensorProto: {
    fields: {
      dims: { rule: 'repeated', type: 'int64', id: 1 },
      dataType: { type: 'int32', id: 2 },
      segment: { type: 'Segment', id: 3 },
      floatData: { rule: 'repeated', type: 'float', id: 4, options: { packed: true } },
      int32Data: { rule: 'repeated', type: 'int32', id: 5, options: { packed: true } },
      stringData: { rule: 'repeated', type: 'bytes', id: 6 },
      int64Data: { rule: 'repeated', type: 'int64', id: 7, options: { packed: true } },
      name: { type: 'string', id: 8 },
      docString: { type: 'string', id: 12 },
      rawData: { type: 'bytes', id: 9 },
      externalData: { rule: 'repeated', type: 'StringStringEntryProto', id: 13 },
      dataLocation: { type: 'int32', id: 14 },
      doubleData: { rule: 'repeated', type: 'double', id: 10, options: { packed: true } },
      uint64Data: { rule: 'repeated', type: 'uint64', id: 11, options: { packed: true } },
      metadataProps: { rule: 'repeated', type: 'StringStringEntryProto', id: 16 },
    },
    nested: {
      Segment: {
        fields: {
          begin: { type: 'int64', id: 1 },
          end: { type: 'int64', id: 2 },
        },
      },
    },
  },
  SparseTensorProto: {
    fields: {
      values: { type: 'TensorProto', id: 1 },
      indices: { type: 'TensorProto', id: 2 },
      dims: { rule: 'repeated', type: 'int64', id: 3 },
    },
  },
  TensorShapeProto: {
    fields: {
      dim: { rule: 'repeated', type: 'Dimension', id: 1 },
    },
    nested: {
      Dimension: {
        oneofs: { value: { oneof: ['dimValue', 'dimParam'] } },
        fields: {
          dimValue: { type: 'int64', id: 1 },
          dimParam: { type: 'string', id: 2 },
          denotation: { type: 'string', id: 3 },
        },
      },
    },
  },
  TypeProto: {
    oneofs: { value: { oneof: ['tensorType', 'sequenceType', 'mapType', 'optionalType', 'sparseTensorType', 'opaqueType'] } },
    fields: {
      tensorType: { type: 'Tensor', id: 1 },
      sequenceType: { type: 'Sequence', id: 4 },
      mapType: { type: 'Map', id: 5 },
      optionalType: { type: 'Optional', id: 9 },
      sparseTensorType: { type: 'SparseTensor', id: 8 },
      opaqueType: { type: 'Opaque', id: 7 },
      denotation: { type: 'string', id: 6 },
    },
    nested: {
      Tensor: {
        fields: {
          elemType: { type: 'int32', id: 1 },
          shape: { type: 'TensorShapeProto', id: 2 },
        },
      },
      Sequence: {
        fields: {
          elemType: { type: 'TypeProto', id: 1 },
        },
      },
      Map: {
        fields: {
          keyType: { type: 'int32', id: 1 },
          valueType: { type: 'TypeProto', id: 2 },
        },
      },
      Optional: {
        fields: {
          elemType: { type: 'TypeProto', id: 1 },
        },
      },
      SparseTensor: {
        fields: {
          elemType: { type: 'int32', id: 1 },
          shape: { type: 'TensorShapeProto', id: 2 },
        },
      },
      Opaque: {
        fields: {
          domain: { type: 'string', id: 1 },
          name: { type: 'string', id: 2 },
        },
      },
    },
  },
  OperatorSetIdProto: {
    fields: {
      domain: { type: 'string', id: 1 },
      version: { type: 'int64', id: 2 },
    },
  },
  FunctionProto: {
    fields: {
      name: { type: 'string', id: 1 },
      input: { rule: 'repeated', type: 'string', id: 4 },
      output: { rule: 'repeated', type: 'string', id: 5 },
      attribute: { rule: 'repeated', type: 'string', id: 6 },
      attributeProto: { rule: 'repeated', type: 'AttributeProto', id: 11 },
      node: { rule: 'repeated', type: 'NodeProto', id: 7 },
      docString: { type: 'string', id: 8 },
      opsetImport: { rule: 'repeated', type: 'OperatorSetIdProto', id: 9 },
      domain: { type: 'string', id: 10 },
      overload: { type: 'string', id: 13 },
      valueInfo: { rule: 'repeated', type: 'ValueInfoProto', id: 12 },
      metadataProps: { rule: 'repeated', type: 'StringStringEntryProto', id: 14 },
    },
  },
};
