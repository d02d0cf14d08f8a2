using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace InboundBridge.Configuration.Options;

/// <summary>Answers of a DNS list (RFC 5782 §2.1): one as <c>127.0.0.2</c>, or a range as <c>127.0.0.4-127.0.0.11</c>.</summary>
internal readonly record struct DnsblCodes(IPAddress First, IPAddress Last)
{
    public const string Examples = "such as 127.0.0.2 or 127.0.0.4-127.0.0.11";

    public static bool TryParse(string text, out DnsblCodes value)
    {
        value = default;
        var dash = text.IndexOf('-', StringComparison.Ordinal);
        if (!TryAddress(dash < 0 ? text : text[..dash], out var first) || !TryAddress(dash < 0 ? text : text[(dash + 1)..], out var last))
            return false;
        value = new DnsblCodes(first, last);
        return Number(first) <= Number(last);
    }

    public override string ToString() => First.Equals(Last) ? $"{First}" : $"{First}-{Last}";

    /// <summary>Lists answer in 127.0.0.0/8 alone; anything else in a list of codes is a mistake.</summary>
    private static bool TryAddress(string text, out IPAddress value)
    {
        text = text.Trim();
        return IPAddress.TryParse(text, out value!) && value.AddressFamily == AddressFamily.InterNetwork
            && value.ToString() == text && value.GetAddressBytes()[0] == 127;
    }

    private static uint Number(IPAddress address) => BinaryPrimitives.ReadUInt32BigEndian(address.GetAddressBytes());
}
