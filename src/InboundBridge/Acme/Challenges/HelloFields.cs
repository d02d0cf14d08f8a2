using System.Buffers.Binary;

namespace InboundBridge.Acme.Challenges;

/// <summary>
/// Takes fields from a TLS message (RFC 8446 §3.4). A field that is not there as a whole breaks it, and every later one is empty.
/// </summary>
internal ref struct HelloFields(ReadOnlySpan<byte> octets)
{
    public ReadOnlySpan<byte> Left { get; private set; } = octets;

    public bool IsBroken { get; private set; }

    public readonly bool IsAtEnd => Left.Length == 0;

    public int Number8() => Take(1) is [var value] ? value : 0;

    public int Number16() => Take(2) is { Length: 2 } two ? BinaryPrimitives.ReadUInt16BigEndian(two) : 0;

    public void Skip(int count) => Take(count);

    public void SkipVector8() => Vector8();

    public void SkipVector16() => Vector16();

    /// <summary>What follows a length of one octet.</summary>
    public HelloFields Vector8() => Inside(Number8());

    /// <summary>What follows a length of two octets.</summary>
    public HelloFields Vector16() => Inside(Number16());

    private HelloFields Inside(int length)
    {
        var inside = new HelloFields(Take(length));
        inside.IsBroken = IsBroken;
        return inside;
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (IsBroken || Left.Length < count)
        {
            IsBroken = true;
            Left = [];
            return [];
        }
        var taken = Left[..count];
        Left = Left[count..];
        return taken;
    }
}
