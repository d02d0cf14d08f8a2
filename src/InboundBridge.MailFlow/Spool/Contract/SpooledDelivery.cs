using System.Collections.ObjectModel;

namespace InboundBridge.MailFlow.Spool.Contract;

/// <summary>
/// The states of a delivery. Pending and Retrying are due at
/// <see cref="SpooledDelivery.NextAttemptAt"/>; the others wait for an operator or for retention.
/// </summary>
public enum DeliveryState
{
    Pending = 0,
    Retrying = 1,
    Delivered = 2,
    Dead = 3,
    Held = 4,
    Cancelled = 5,
}

/// <summary>One message for one destination, as the spool keeps it.</summary>
public sealed record SpooledDelivery
{
    /// <summary>
    /// The webhook-id: the same over all attempts. Where an earlier delivery on record has the same webhook-id (<c>AskedIds</c> of the
    /// queue), more follows it.
    /// </summary>
    public required string Id { get; init; }

    public required string MessageId { get; init; }

    /// <summary>
    /// A destination's name; empty for a held delivery without one, and for the record of a recipient that was refused after the data.
    /// </summary>
    public required string Destination { get; init; }

    /// <summary>Who it is for at the destination, and who that was in the envelope.</summary>
    public required IReadOnlyList<MailRecipient> Recipients { get; init; }

    public string? Rule { get; init; }

    public IReadOnlyList<string> Tags { get; init; } = [];

    public IReadOnlyDictionary<string, string> Vars { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    public IReadOnlyList<StoredHeaderEdit> HeaderEdits { get; init; } = [];

    /// <summary>
    /// Stands for options that the store can't decrypt (its key was replaced): the
    /// delivery waits, because it is unknown where it should go.
    /// </summary>
    public const string UnreadableOptions = "{\"unreadable_options\":true}";

    /// <summary>
    /// The destination's options as the rule overrides them, a JSON object; null for none. May hold
    /// secrets: a store keeps it encrypted, nobody shows it.
    /// </summary>
    public string? OptionsJson { get; init; }

    public string? HoldReason { get; init; }

    public bool IsReplay { get; init; }

    /// <summary>
    /// Destinations that gave this up before it came to its present one (<c>on_failure: DESTINATION</c>); none of them gets it again.
    /// </summary>
    public IReadOnlyList<string> FailedDestinations { get; init; } = [];

    public DeliveryState State { get; init; }

    /// <summary>Counts the recorded changes to the delivery: every change adds 1. 0 for a new delivery.</summary>
    public long Version { get; init; }

    /// <summary>Finished attempts.</summary>
    public int Attempts { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>
    /// When an open delivery is due; of a delivered one, when the attempt that delivered it began (earlier versions
    /// kept there when it had been due). It means nothing in the other states.
    /// </summary>
    public DateTimeOffset NextAttemptAt { get; init; }

    /// <summary>
    /// When the age that <c>maximum_age</c> bounds began to count, where that is not
    /// <see cref="CreatedAt"/>: release from hold, an operator's retry.
    /// </summary>
    public DateTimeOffset? QueuedAt { get; init; }

    /// <summary>When it was delivered, died or was cancelled; null while it is open or held.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>The last reply about the delivery; where its recipients got different replies, a summary of them.</summary>
    public DeliveryReply? LastReply { get; init; }
}

/// <param name="Value">Null removes every field of that name; else it is added on top.</param>
public sealed record StoredHeaderEdit(string Name, string? Value);
