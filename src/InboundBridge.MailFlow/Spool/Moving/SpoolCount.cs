using System.Globalization;
using System.Runtime.InteropServices;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Spool.Moving;

/// <summary>What was counted row by row. Two of these are compared to prove that a move is complete.</summary>
public sealed class SpoolCount
{
    private readonly Dictionary<(string Destination, DeliveryState State), long> _deliveries = [];

    public long Messages { get; internal set; }

    /// <summary>Octets of the mails whose octets are there.</summary>
    public long Octets { get; internal set; }

    /// <summary>Messages whose octets retention or an erasure has removed.</summary>
    public long WithoutOctets { get; internal set; }

    public long Erased { get; internal set; }

    /// <summary>Attempts that did not end their delivery well.</summary>
    public long Attempts { get; internal set; }

    public long Pauses { get; internal set; }

    public long Greylist { get; internal set; }

    public long Notes { get; internal set; }

    /// <summary>By destination, then state.</summary>
    public IReadOnlyList<DeliveryTally> Deliveries =>
    [
        .. _deliveries.Where(entry => entry.Value != 0).OrderBy(entry => entry.Key.Destination, StringComparer.Ordinal)
            .ThenBy(entry => entry.Key.State).Select(entry => new DeliveryTally(entry.Key.Destination, entry.Key.State, entry.Value)),
    ];

    internal void Add(MovedMail mail)
    {
        Messages++;
        if (mail.HasBody)
            Octets += mail.Message.Size;
        else
            WithoutOctets++;
        Erased += mail.Message.IsErased ? 1 : 0;
        foreach (var (delivery, attempts) in mail.Deliveries)
        {
            Attempts += attempts.Count;
            Add(delivery.Destination, delivery.State, 1);
        }
    }

    internal void Add(string destination, DeliveryState state, long count)
    {
        ref var sum = ref CollectionsMarshal.GetValueRefOrAddDefault(_deliveries, (destination, state), out _);
        sum += count;
    }

    /// <summary>Where the totals that a store keeps differ from these rows.</summary>
    internal IEnumerable<string> Differences(SpoolTotals kept)
    {
        var other = new SpoolCount { Messages = kept.Messages, Octets = kept.Bytes };
        foreach (var tally in kept.Deliveries)
            other.Add(tally.Destination, tally.State, tally.Count);
        return Compare("messages", Messages, other.Messages).Concat(Compare("octets", Octets, other.Octets))
            .Concat(DeliveryDifferences(other)).Select(text => "the totals are wrong: " + text);
    }

    /// <summary>Where another count differs from this one.</summary>
    internal IEnumerable<string> Differences(SpoolCount other) => Compare("messages", Messages, other.Messages)
        .Concat(Compare("octets", Octets, other.Octets))
        .Concat(Compare("messages without octets", WithoutOctets, other.WithoutOctets))
        .Concat(Compare("erased messages", Erased, other.Erased))
        .Concat(Compare("attempts", Attempts, other.Attempts))
        .Concat(Compare("pauses", Pauses, other.Pauses))
        .Concat(Compare("greylisting", Greylist, other.Greylist))
        .Concat(Compare("notes", Notes, other.Notes))
        .Concat(DeliveryDifferences(other));

    private IEnumerable<string> DeliveryDifferences(SpoolCount other) => _deliveries.Keys.Union(other._deliveries.Keys)
        .SelectMany(key => Compare(
            $"deliveries to '{key.Destination}' that are {key.State.ToString().ToLowerInvariant()}", _deliveries.GetValueOrDefault(key),
            other._deliveries.GetValueOrDefault(key)));

    private static IEnumerable<string> Compare(string what, long counted, long told) =>
        counted == told ? [] : [string.Create(CultureInfo.InvariantCulture, $"{what}: {counted} were counted, not {told}")];
}
