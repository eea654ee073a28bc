using BrokerServe.Protocol;

namespace BrokerServe.Router.Configuration;

/// <summary>Names go into the names of queues and into routing keys.</summary>
internal static class NameCheck
{
    public static void Check(string place, string? name, ConfigErrors errors)
    {
        if (!Names.IsValid(name))
        {
            errors.Add(place, $"\"{name}\" is no name; names have 1 to {Names.MaxLength} of A-Z a-z 0-9 _ . - and begin with a letter, a digit or _");
        }
    }
}
