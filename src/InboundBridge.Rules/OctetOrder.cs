using System.Text;

namespace InboundBridge.Rules;

/// <summary>Paths in the order of their octets in UTF-8, whatever the culture: rules are decided in this order.</summary>
public sealed class OctetOrder : IComparer<string>
{
    private OctetOrder()
    {
    }

    public static OctetOrder Instance { get; } = new();

    public int Compare(string? x, string? y) => Encoding.UTF8.GetBytes(x ?? string.Empty).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(y ?? string.Empty));
}
