using System.Buffers;
using InboundBridge.Acme.Challenges;

namespace InboundBridge.Fuzz.Acme;

/// <summary>
/// The first octets of a stranger's TLS connection: they are read whole, wait for more, or are refused. More octets never make a whole
/// hello another one, and pieces are read as one.
/// </summary>
internal sealed class ClientHelloTarget : IFuzzTarget
{
    public string Name => "acme/client-hello";

    public IReadOnlyList<string> Words =>
    [
        "\u0016\u0003\u0001", "\u0001\0\0", "\u0003\u0003", "\0\0\0\u0010\0\u000e\0\0\u000bexample.com", "\0\u0010\0\u000d\0\u000b\u000aacme-tls/1",
        "\0\u0010", "\0\0", "\u000aacme-tls/1", "\u0008http/1.1", "\u0002h2",
    ];

    public void Run(ReadOnlySpan<byte> input)
    {
        var state = ClientHello.Read(input, out var hello);
        FuzzFailureException.Unless((state == ClientHelloState.Whole) == (hello is not null), "a hello without being whole, or none");
        FuzzFailureException.Unless(
            input.Length < ClientHello.Longest || state != ClientHelloState.Incomplete, "waits for more than it would read");
        if (hello is not null)
        {
            FuzzFailureException.Unless(hello.Host is null or { Length: > 0 and <= 253 }, "a host of any length");
            FuzzFailureException.Unless(hello.Protocols.Count <= 32, "protocols without bound");
            FuzzFailureException.Unless(
                ClientHello.Read([.. input, 0x17, 3, 3, 0, 1, 0], out var again) == ClientHelloState.Whole && again!.Host == hello.Host
                    && again.Protocols.SequenceEqual(hello.Protocols, StringComparer.Ordinal),
                "another hello with more octets");
        }
        var pieces = new Piece(input[..(input.Length / 2)].ToArray());
        var end = pieces.Then(input[(input.Length / 2)..].ToArray());
        var inPieces = ClientHello.Read(new ReadOnlySequence<byte>(pieces, 0, end, end.Memory.Length), out var other);
        FuzzFailureException.Unless(inPieces == state && other?.Host == hello?.Host, "pieces are read otherwise than the whole");
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(byte[] octets) => Memory = octets;

        public Piece Then(byte[] octets)
        {
            var next = new Piece(octets) { RunningIndex = RunningIndex + Memory.Length };
            Next = next;
            return next;
        }
    }
}
