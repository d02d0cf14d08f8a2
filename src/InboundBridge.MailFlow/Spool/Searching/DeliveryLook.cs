using System.Text;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Json;

namespace InboundBridge.MailFlow.Spool.Searching;

/// <summary>Whether a delivery has what a filter of messages asks of one: its columns are compared as they are stored.</summary>
internal sealed class DeliveryLook(MessageFilter filter)
{
    private readonly byte[]? _rule = filter.Rule is { } rule ? Encoding.UTF8.GetBytes(rule) : null;
    private readonly OctetSearch? _tag = OctetSearch.InJson(filter.Tag);

    /// <summary>What the tags have somewhere, in small letters; null: anything.</summary>
    public string? Tag => _tag?.Wanted;

    /// <param name="rule">Empty for none.</param>
    /// <param name="tags">As JSON; empty for none.</param>
    public bool Fits(DeliveryState state, ReadOnlySpan<byte> rule, ReadOnlySpan<byte> tags) =>
        (filter.State is null || state == filter.State) && (_rule is null || rule.SequenceEqual(_rule))
        && (filter.Tag is null || ((_tag?.IsIn(tags) ?? true) && SpoolJson.ReadTexts(tags).Contains(filter.Tag, StringComparer.Ordinal)));
}
