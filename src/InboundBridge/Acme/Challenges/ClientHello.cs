using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace InboundBridge.Acme.Challenges;

/// <summary>
/// What a TLS client asks for before it gets any certificate: the host (RFC 6066 §3) and the protocols (RFC 7301 §3.1). The platform shows
/// the host alone, and tls-alpn-01 needs both. Everything here comes from strangers.
/// </summary>
/// <param name="Host">Null where it names none.</param>
internal sealed record ClientHello(string? Host, IReadOnlyList<string> Protocols)
{
    /// <summary>Octets of records and message. A hello has less than 2 KB; larger ones do not come from an authority.</summary>
    public const int Longest = 16 * 1024;

    private const byte Handshake = 22;
    private const byte Hello = 1;
    private const int RecordHeader = 5;
    private const int MessageHeader = 4;
    private const int LongestRecord = 1 << 14;
    private const int VersionAndRandom = 2 + 32;
    private const int ServerName = 0;
    private const int Alpn = 16;
    private const int MostProtocols = 32;

    /// <summary>RFC 8737 §3: the authority offers <c>acme-tls/1</c>, and nothing else.</summary>
    public bool IsOfAuthority => Protocols is ["acme-tls/1"];

    /// <param name="octets">From the start of the connection.</param>
    public static ClientHelloState Read(ReadOnlySequence<byte> octets, out ClientHello? hello)
    {
        hello = null;
        var length = (int)Math.Min(octets.Length, Longest);
        Span<byte> given = octets.IsSingleSegment ? [] : new byte[length];
        if (!octets.IsSingleSegment)
            octets.Slice(0, length).CopyTo(given);
        return Read(octets.IsSingleSegment ? octets.FirstSpan[..length] : given, out hello);
    }

    public static ClientHelloState Read(ReadOnlySpan<byte> octets, out ClientHello? hello)
    {
        hello = null;
        var state = Unwrap(octets, out var message);
        if (state != ClientHelloState.Whole)
            return state;
        var fields = new HelloFields(message);
        fields.Skip(VersionAndRandom);
        fields.SkipVector8();
        fields.SkipVector16();
        fields.SkipVector8();
        string? host = null;
        List<string> protocols = [];
        for (var extensions = fields.Vector16(); !extensions.IsAtEnd && !extensions.IsBroken;)
        {
            var kind = extensions.Number16();
            var body = extensions.Vector16();
            if (extensions.IsBroken)
                return ClientHelloState.Broken;
            if (kind == ServerName)
                host ??= HostIn(body);
            else if (kind == Alpn && protocols.Count == 0)
                protocols = ProtocolsIn(body);
        }
        if (fields.IsBroken)
            return ClientHelloState.Broken;
        hello = new ClientHello(host, protocols);
        return ClientHelloState.Whole;
    }

    /// <summary>The message inside its records: one record as a rule, but several are allowed (RFC 8446 §5.1).</summary>
    private static ClientHelloState Unwrap(ReadOnlySpan<byte> octets, out byte[] message)
    {
        message = [];
        var inside = new ArrayBufferWriter<byte>();
        for (var rest = octets; ;)
        {
            if (rest.Length > 0 && rest[0] != Handshake)
                return ClientHelloState.Broken;
            if (rest.Length < RecordHeader)
                return MoreOf(octets);
            var length = BinaryPrimitives.ReadUInt16BigEndian(rest[3..]);
            // RFC 8446 §5.1: a handshake record is never empty.
            if (rest[1] != 3 || length is 0 or > LongestRecord)
                return ClientHelloState.Broken;
            var body = rest[RecordHeader..Math.Min(rest.Length, RecordHeader + length)];
            inside.Write(body);
            var written = inside.WrittenSpan;
            if (written.Length > 0 && written[0] != Hello)
                return ClientHelloState.Broken;
            if (written.Length >= MessageHeader)
            {
                var size = (written[1] << 16) | (written[2] << 8) | written[3];
                if (size > Longest)
                    return ClientHelloState.Broken;
                if (written.Length >= MessageHeader + size)
                {
                    message = written.Slice(MessageHeader, size).ToArray();
                    return ClientHelloState.Whole;
                }
            }
            if (rest.Length < RecordHeader + length)
                return MoreOf(octets);
            rest = rest[(RecordHeader + length)..];
        }
    }

    private static ClientHelloState MoreOf(ReadOnlySpan<byte> octets) =>
        octets.Length < Longest ? ClientHelloState.Incomplete : ClientHelloState.Broken;

    /// <summary>The first name of the kind host_name; null without one that could be a host's.</summary>
    private static string? HostIn(HelloFields body)
    {
        var names = body.Vector16();
        if (names.Number8() != 0)
            return null;
        var name = names.Vector16();
        return !names.IsBroken && name.Left.Length is > 0 and <= 253 && Ascii.IsValid(name.Left)
            ? Encoding.ASCII.GetString(name.Left) : null;
    }

    private static List<string> ProtocolsIn(HelloFields body)
    {
        var protocols = new List<string>();
        for (var names = body.Vector16(); !names.IsAtEnd && !names.IsBroken && protocols.Count < MostProtocols;)
        {
            var name = names.Vector8();
            if (!names.IsBroken)
                protocols.Add(Encoding.Latin1.GetString(name.Left));
        }
        return protocols;
    }
}

internal enum ClientHelloState
{
    /// <summary>More octets are needed.</summary>
    Incomplete,
    Whole,

    /// <summary>It is no ClientHello, or a longer one than <see cref="ClientHello.Longest"/>.</summary>
    Broken,
}
