using InboundBridge.Api;

namespace InboundBridge.Ui.Live;

/// <summary>What pages are told of some events; each text is written when the first page asks for it.</summary>
internal sealed class LiveTexts(Dictionary<string, LiveTail> tails)
{
    public static readonly byte[] Beat = EventText.Beat.ToArray();

    private readonly Dictionary<string, byte[]> _ofKinds = new(StringComparer.Ordinal);
    private readonly Dictionary<long, byte[]> _ofEvents = [];

    /// <param name="kind">Only events of this kind; null for all.</param>
    /// <returns>Null: nothing happened.</returns>
    public byte[]? Of(string? kind)
    {
        if (kind is null ? tails.Count == 0 : !tails.ContainsKey(kind))
            return null;
        if (!_ofKinds.TryGetValue(kind ?? string.Empty, out var text))
            _ofKinds[kind ?? string.Empty] = text = Write(kind is null ? [.. tails.Values] : [tails[kind]]);
        return text;
    }

    private byte[] Write(LiveTail[] kinds)
    {
        using var text = new MemoryStream();
        if (kinds.Sum(tail => tail.LeftOut) is > 0 and var leftOut)
            text.Write(EventText.OfMissed(leftOut));
        foreach (var (place, happened) in kinds.SelectMany(tail => tail.Newest).OrderBy(each => each.Place))
        {
            if (!_ofEvents.TryGetValue(place, out var one))
                _ofEvents[place] = one = EventText.Of(happened);
            text.Write(one);
        }
        return text.ToArray();
    }
}
