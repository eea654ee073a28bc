namespace BrokerServe.Router.Configuration;

/// <summary>A setting whose value is never printed: nobody knows what people put into it.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class OpaqueAttribute : Attribute;
