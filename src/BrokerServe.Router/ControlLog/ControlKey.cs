using BrokerServe.Protocol.Control;

namespace BrokerServe.Router.ControlLog;

/// <summary>Names one object of the control log.</summary>
internal readonly record struct ControlKey(string Kind, string Name) : IComparable<ControlKey>
{
    public static ControlKey Of(ControlEdit edit) => new(edit.Kind, edit.Name);

    public static ControlKey Of(ControlObject row) => new(row.Kind, row.Name);

    public static ControlKey Endpoint(string name) => new(ControlKinds.Endpoint, name);

    public static ControlKey Backend(string name) => new(ControlKinds.Backend, name);

    public static ControlKey Replica(string name) => new(ControlKinds.Replica, name);

    /// <summary>By kind, then by name, ordinal: the order in which objects are listed everywhere.</summary>
    public int CompareTo(ControlKey other) =>
        string.CompareOrdinal(Kind, other.Kind) is var order and not 0 ? order : string.CompareOrdinal(Name, other.Name);

    public override string ToString() => $"{Kind} {Name}";
}
