namespace BrokerServe.Foreign.Tests;

/// <summary>Those in Python.</summary>
public sealed class PythonConformanceSpecs() : ConformanceSpecs("python");
