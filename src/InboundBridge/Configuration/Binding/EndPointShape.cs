using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using InboundBridge.Configuration.Values;
using InboundBridge.Yaml;

namespace InboundBridge.Configuration.Binding;

/// <summary>An address with a port, or a unix socket, whose path is made absolute.</summary>
/// <param name="toListen">
/// Refuses every name except localhost: a name may resolve to another address later, but a socket is bound only once.
/// </param>
internal sealed class EndPointShape(bool toListen) : ConfigShape<EndPoint>
{
    public override bool TryRead(YamlNode node, ConfigReading reading, [MaybeNullWhen(false)] out EndPoint value)
    {
        value = null;
        if (node is not YamlScalar scalar || !EndPointText.TryParse(scalar.Value, out value))
            return reading.Unexpected(node, "an address with a port", node is YamlScalar bare ? Hint(bare.Value) : EndPointText.Examples);
        if (toListen && value is DnsEndPoint { Host: not "localhost" })
            return reading.Unexpected(node, "an IP address to listen on", "localhost is the only name allowed");
        if (!toListen && value is IPEndPoint { Port: 0 } or DnsEndPoint { Port: 0 })
            return reading.Unexpected(node, "a port from 1 to 65535");
        if (value is UnixDomainSocketEndPoint unix)
        {
            value = new UnixDomainSocketEndPoint(reading.FullPath(node, unix.ToString()!));
            reading.Paths[node.Position] = EndPointText.Format(value);
        }
        return true;
    }

    public override JsonObject Schema() =>
        new()
        {
            ["type"] = "string",
            ["pattern"] = "^unix:.+|:[0-9]+$|\\$\\{",
            ["examples"] =
            new JsonArray("0.0.0.0:25", "[::]:25", "localhost:2525", "unix:/run/socket")
        };

    /// <summary>A hint for the most common mistakes: a missing port, or IPv6 without brackets.</summary>
    private static string Hint(string text)
    {
        if (text.StartsWith('/') || text.StartsWith("./", StringComparison.Ordinal))
            return $"a path stands behind unix: as in unix:{text}";
        if (!text.StartsWith('[') && text.Count(letter => letter == ':') > 1)
            return "an IPv6 address stands in brackets: [::1]:25";
        return text.Contains(':', StringComparison.Ordinal) ? EndPointText.Examples : $"add the port: {text}:PORT";
    }
}
