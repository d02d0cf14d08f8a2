using System.Text;

namespace InboundBridge.Rules;

/// <summary>Orders paths by their UTF-8 octets, independent of the culture. Rules are evaluated in this order.</summary>
public sealed class OctetOrder : IComparer<string>
{
    private OctetOrder()
    {
    }

    public static OctetOrder Instance { get; } = new();

    public int Compare(string? x, string? y) =>
        Encoding.UTF8.GetBytes(x ?? string.Empty).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(y ?? string.Empty));
}
