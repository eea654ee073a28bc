namespace BrokerServe.Host.Conformance.Worker;

/// <summary>Kinds of replicas that a check concerns.</summary>
[Flags]
internal enum SubjectKinds
{
    /// <summary>An RPC server that announces nothing.</summary>
    Static = 1,

    /// <summary>It announces itself and takes one query per message.</summary>
    Plain = 2,

    /// <summary>It announces itself and takes frames.</summary>
    Framed = 4,

    /// <summary>It announces itself.</summary>
    Announcing = Plain | Framed,

    /// <summary>Any.</summary>
    All = Static | Announcing,
}
