using System.Text;
using InboundBridge.MailFlow.SenderAuthentication.Signatures.Keys;

namespace InboundBridge.Fuzz.Signatures;

/// <summary>A key record has a key or a problem, and its key verifies no signature of zeros.</summary>
internal sealed class KeyRecordTarget : IFuzzTarget
{
    private static readonly byte[] Zeros = new byte[64];

    public string Name => "signatures/key-record";

    public IReadOnlyList<string> Words =>
        ["v=DKIM1; ", "k=rsa; ", "k=ed25519; ", "h=sha256", "t=y:s; ", "s=email", "p=", "MIGfMA0G", "AQAB", "="];

    public void Run(ReadOnlySpan<byte> input)
    {
        var record = KeyRecordReader.Read(Encoding.Latin1.GetString(input));
        FuzzFailureException.Unless(record.Key is null != record.Problem is null, "neither a key nor a problem, or both");
        FuzzFailureException.Unless(record.Key is not { Bits: > 8192 or <= 0 }, "a key of a length that is not allowed");
        // Small moduli have few signatures, and zeros may be one of them.
        if (record.Key is { Bits: >= 256 } key)
            FuzzFailureException.Unless(!key.Verify(Zeros.AsSpan(0, 32), Zeros), "zeros are a signature");
    }
}
