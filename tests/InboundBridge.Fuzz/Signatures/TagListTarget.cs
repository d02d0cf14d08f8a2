using InboundBridge.MailFlow.SenderAuthentication.Signatures.Tags;

namespace InboundBridge.Fuzz.Signatures;

/// <summary>A tag list: what one reading finds, a reading of the list with another tag behind it finds too.</summary>
internal sealed class TagListTarget : IFuzzTarget
{
    public string Name => "signatures/tag-list";

    public IReadOnlyList<string> Words =>
        ["v=1", "; ", "a=rsa-sha256", "h=from:to", "\r\n ", "b=", "=", ";", "p=", "QUJD", "\t", "k=ed25519"];

    public void Run(ReadOnlySpan<byte> input)
    {
        var problem = TagList.Read(input, out var list);
        FuzzFailureException.Unless(problem is not null || list.Count > 0, "a valid list without tags");
        if (problem is not null || list.Count == 64 || list.TryGet("zz"u8, out _))
            return;
        byte[] longer = [.. input.TrimEnd(" \t\r\n"u8).TrimEnd(";"u8), .. "; zz=1"u8];
        FuzzFailureException.Unless(TagList.Read(longer, out var other) is null, "one tag more makes the list invalid");
        FuzzFailureException.Unless(other.Count == list.Count + 1 && other.TryGet("zz"u8, out _), "one tag more is not found");
        foreach (var name in (ReadOnlySpan<byte>)"vabchdslpkt"u8)
        {
            var there = list.TryGet([name], out var value);
            FuzzFailureException.Unless(other.TryGet([name], out var same) == there && same.SequenceEqual(value), "a tag changed");
            if (FoldingSpace.DecodeBase64(value) is { } octets)
                FuzzFailureException.Unless(octets.Length <= value.Length, "base64 grew");
        }
    }
}
