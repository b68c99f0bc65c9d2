// The messages of an ONNX file (onnx.proto of onnx 1.23: all fields, so that nothing is lost), as protobufjs takes them.
// Enumerations are int32, so that values of later versions pass through.

/** The messages by name without those of TYPE_MESSAGES; fields in camelCase. */
export const MESSAGES = {
  AttributeProto: {
    fields: {
      name: { type: 'string', id: 1 },
      refAttrName: { type: 'string', id: 21 },
      docString: { type: 'string', id: 13 },
      type: { type: 'int32', id: 20 },
      f: { type: 'float', id: 2 },
      i: { type: 'int64', id: 3 },
      s: { type: 'bytes', id: 4 },
      t: { type: 'TensorProto', id: 5 },
      g: { type: 'GraphProto', id: 6 },
      sparseTensor: { type: 'SparseTensorProto', id: 22 },
      tp: { type: 'TypeProto', id: 14 },
      floats: { rule: 'repeated', type: 'float', id: 7 },
      ints: { rule: 'repeated', type: 'int64', id: 8 },
      strings: { rule: 'repeated', type: 'bytes', id: 9 },
      tensors: { rule: 'repeated', type: 'TensorProto', id: 10 },
      graphs: { rule: 'repeated', type: 'GraphProto', id: 11 },
      sparseTensors: { rule: 'repeated', type: 'SparseTensorProto', id: 23 },
      typeProtos: { rule: 'repeated', type: 'TypeProto', id: 15 },
    },
  },
  ValueInfoProto: {
    fields: {
      name: { type: 'string', id: 1 },
      type: { type: 'TypeProto', id: 2 },
      docString: { type: 'string', id: 3 },
      metadataProps: { rule: 'repeated', type: 'StringStringEntryProto', id: 4 },
    },
  },
  NodeProto: {
    fields: {
      input: { rule: 'repeated', type: 'string', id: 1 },
      output: { rule: 'repeated', type: 'string', id: 2 },
      name: { type: 'string', id: 3 },
      opType: { type: 'string', id: 4 },
      domain: { type: 'string', id: 7 },
      overload: { type: 'string', id: 8 },
      attribute: { rule: 'repeated', type: 'AttributeProto', id: 5 },
      docString: { type: 'string', id: 6 },
      metadataProps: { rule: 'repeated', type: 'StringStringEntryProto', id: 9 },
      deviceConfigurations: { rule: 'repeated', type: 'NodeDeviceConfigurationProto', id: 10 },
    },
  },
  IntIntListEntryProto: {
    fields: {
      key: { type: 'int64', id: 1 },
      value: { rule: 'repeated', type: 'int64', id: 2 },
    },
  },
  NodeDeviceConfigurationProto: {
    fields: {
      configurationId: { type: 'string', id: 1 },
      shardingSpec: { rule: 'repeated', type: 'ShardingSpecProto', id: 2 },
      pipelineStage: { type: 'int32', id: 3 },
    },
  },
  ShardingSpecProto: {
    fields: {
      tensorName: { type: 'string', id: 1 },
      device: { rule: 'repeated', type: 'int64', id: 2 },
      indexToDeviceGroupMap: { rule: 'repeated', type: 'IntIntListEntryProto', id: 3 },
      shardedDim: { rule: 'repeated', type: 'ShardedDimProto', id: 4 },
    },
  },
  ShardedDimProto: {
    fields: {
      axis: { type: 'int64', id: 1 },
      simpleSharding: { rule: 'repeated', type: 'SimpleShardedDimProto', id: 2 },
    },
  },
  SimpleShardedDimProto: {
    oneofs: { dim: { oneof: ['dimValue', 'dimParam'] } },
    fields: {
      dimValue: { type: 'int64', id: 1 },
      dimParam: { type: 'string', id: 2 },
      numShards: { type: 'int64', id: 3 },
    },
  },
  TrainingInfoProto: {
    fields: {
      initialization: { type: 'GraphProto', id: 1 },
      algorithm: { type: 'GraphProto', id: 2 },
      initializationBinding: { rule: 'repeated', type: 'StringStringEntryProto', id: 3 },
      updateBinding: { rule: 'repeated', type: 'StringStringEntryProto', id: 4 },
    },
  },
  ModelProto: {
    fields: {
      irVersion: { type: 'int64', id: 1 },
      opsetImport: { rule: 'repeated', type: 'OperatorSetIdProto', id: 8 },
      producerName: { type: 'string', id: 2 },
      producerVersion: { type: 'string', id: 3 },
      domain: { type: 'string', id: 4 },
      modelVersion: { type: 'int64', id: 5 },
      docString: { type: 'string', id: 6 },
      graph: { type: 'GraphProto', id: 7 },
      metadataProps: { rule: 'repeated', type: 'StringStringEntryProto', id: 14 },
      trainingInfo: { rule: 'repeated', type: 'TrainingInfoProto', id: 20 },
      functions: { rule: 'repeated', type: 'FunctionProto', id: 25 },
      configuration: { rule: 'repeated', type: 'DeviceConfigurationProto', id: 26 },
    },
  },
  DeviceConfigurationProto: {
    fields: {
      name: { type: 'string', id: 1 },
      numDevices: { type: 'int32', id: 2 },
      device: { rule: 'repeated', type: 'string', id: 3 },
    },
  },
  StringStringEntryProto: {
    fields: {
      key: { type: 'string', id: 1 },
      value: { type: 'string', id: 2 },
    },
  },
  TensorAnnotation: {
    fields: {
      tensorName: { type: 'string', id: 1 },
      quantParameterTensorNames: { rule: 'repeated', type: 'StringStringEntryProto', id: 2 },
    },
  },
  GraphProto: {
    fields: {
      node: { rule: 'repeated', type: 'NodeProto', id: 1 },
      name: { type: 'string', id: 2 },
      initializer: { rule: 'repeated', type: 'TensorProto', id: 5 },
      sparseInitializer: { rule: 'repeated', type: 'SparseTensorProto', id: 15 },
      docString: { type: 'string', id: 10 },
      input: { rule: 'repeated', type: 'ValueInfoProto', id: 11 },
      output: { rule: 'repeated', type: 'ValueInfoProto', id: 12 },
      valueInfo: { rule: 'repeated', type: 'ValueInfoProto', id: 13 },
      quantizationAnnotation: { rule: 'repeated', type: 'TensorAnnotation', id: 14 },
      metadataProps: { rule: 'repeated', type: 'StringStringEntryProto', id: 16 },
    },
  },
};
