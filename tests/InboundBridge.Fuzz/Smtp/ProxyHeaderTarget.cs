using InboundBridge.Smtp.Wire;

namespace InboundBridge.Fuzz.Smtp;

/// <summary>The PROXY header: a valid header stays valid however it arrives, and no part of it is valid.</summary>
internal sealed class ProxyHeaderTarget : IFuzzTarget
{
    public string Name => "smtp/proxy";

    public IReadOnlyList<string> Words =>
        ["PROXY ", "TCP4 ", "TCP6 ", "UNKNOWN", "192.0.2.1 ", "2001:db8::1 ", "65535", "\r\n", "\r\n\r\n\0\r\nQUIT\n"];

    public void Run(ReadOnlySpan<byte> input)
    {
        var status = ProxyHeader.Parse(input, out var header, out var consumed);
        if (status != ProxyHeaderStatus.Valid)
            return;
        FuzzFailureException.Unless(
            consumed > 0 && consumed <= input.Length && consumed <= ProxyHeader.LongestBlock, "it took more than there is");
        FuzzFailureException.Unless(header.Source is null == header.Destination is null, "half an address");
        FuzzFailureException.Unless(
            ProxyHeader.Parse(input[..consumed], out var again, out var same) == ProxyHeaderStatus.Valid && again == header
                && same == consumed,
            "what follows the header changed it");
        for (var length = 0; length < consumed; length++)
            FuzzFailureException.Unless(
                ProxyHeader.Parse(input[..length], out _, out _) == ProxyHeaderStatus.Incomplete,
                "a part of a header passed for a whole one, or for none");
    }
}
