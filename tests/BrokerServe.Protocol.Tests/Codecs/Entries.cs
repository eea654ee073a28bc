using System.Text;
using BrokerServe.Protocol.Frames;

namespace BrokerServe.Protocol.Tests.Codecs;

/// <summary>Metadata that is at hand as text.</summary>
internal static class Entries
{
    public static MetadataWriter Write(params IEnumerable<KeyValuePair<string, string>> entries)
    {
        var writer = new MetadataWriter();
        foreach (var (name, value) in entries)
        {
            writer.Add(Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(value));
        }

        return writer;
    }
}
