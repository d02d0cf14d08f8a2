using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace InboundBridge.MailFlow.SenderAuthentication.Greylisting;

/// <summary>A client, a sender and a recipient as keys: of the client's network, of network and sender, and of all three.</summary>
public readonly record struct GreylistSight(UInt128 Client, UInt128 Pair, UInt128 Triplet)
{
    /// <summary>Longer texts are hashed in parts of the heap; SMTP allows 256 octets an address (RFC 5321 §4.5.3.1.3).</summary>
    private const int StackLimit = 1024;

    /// <param name="client">Its /24, or /64 of IPv6, counts: large senders retry from a neighbour.</param>
    /// <param name="sender">The reverse-path; empty for the null reverse-path. Case is ignored.</param>
    /// <param name="recipient">Case is ignored.</param>
    public static GreylistSight Of(IPAddress client, string sender, string recipient)
    {
        if (client.IsIPv4MappedToIPv6)
            client = client.MapToIPv4();
        Span<byte> network = stackalloc byte[16];
        client.TryWriteBytes(network, out var length);
        network = network[..(length == 4 ? 3 : 8)];
        return new GreylistSight(Key(network), Key(network, sender), Key(network, sender, recipient));
    }

    /// <summary>The parts can't be mistaken for each other: no address contains NUL.</summary>
    private static UInt128 Key(ReadOnlySpan<byte> network, string? sender = null, string? recipient = null)
    {
        var text = sender is null ? string.Empty : recipient is null ? $"\0{sender}" : $"\0{sender}\0{recipient}";
        text = text.ToLowerInvariant();
        var most = network.Length + Encoding.UTF8.GetMaxByteCount(text.Length);
        var octets = most <= StackLimit ? stackalloc byte[StackLimit] : new byte[most];
        network.CopyTo(octets);
        var used = network.Length + Encoding.UTF8.GetBytes(text, octets[network.Length..]);
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(octets[..used], digest);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(digest);
    }
}
