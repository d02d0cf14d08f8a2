using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace InboundBridge.MailFlow.SenderAuthentication.DnsLists;

/// <summary>One return code of a DNS list, or a range of them: <c>127.0.0.2</c>, <c>127.0.0.4-127.0.0.11</c>.</summary>
public readonly record struct DnsListCodes
{
    private readonly uint _first;
    private readonly uint _last;

    private DnsListCodes(uint first, uint last)
    {
        _first = first;
        _last = last;
    }

    /// <summary>Every code of RFC 5782 §2.3.</summary>
    public static DnsListCodes All { get; } = new(0x7F000000, 0x7FFFFFFF);

    /// <summary>
    /// Answers by which lists say that the query was refused: too many of them, or through a public resolver. They list nobody.
    /// </summary>
    public static DnsListCodes Errors { get; } = new(0x7FFFFF00, 0x7FFFFFFF);

    public static bool TryParse(string text, out DnsListCodes codes)
    {
        codes = default;
        var dash = text.IndexOf('-', StringComparison.Ordinal);
        if (Read(dash < 0 ? text : text[..dash]) is not { } first || Read(dash < 0 ? text : text[(dash + 1)..]) is not { } last
            || first > last)
            return false;
        codes = new DnsListCodes(first, last);
        return true;
    }

    public bool Contains(IPAddress code) =>
        code.AddressFamily == AddressFamily.InterNetwork && Bits(code) is var bits && bits >= _first && bits <= _last;

    public override string ToString() => _first == _last ? Text(_first) : $"{Text(_first)}-{Text(_last)}";

    /// <summary>Four decimal numbers: the platform's parser takes shorter and hexadecimal forms too.</summary>
    private static uint? Read(string text) =>
        IPAddress.TryParse(text.Trim(), out var address) && address.AddressFamily == AddressFamily.InterNetwork
            && address.ToString() == text.Trim()
            ? Bits(address) : null;

    private static uint Bits(IPAddress address)
    {
        Span<byte> octets = stackalloc byte[4];
        address.TryWriteBytes(octets, out _);
        return BinaryPrimitives.ReadUInt32BigEndian(octets);
    }

    private static string Text(uint bits)
    {
        Span<byte> octets = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(octets, bits);
        return new IPAddress(octets).ToString();
    }
}
