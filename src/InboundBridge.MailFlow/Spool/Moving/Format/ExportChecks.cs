using System.Buffers;
using System.Globalization;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Sealing;

namespace InboundBridge.MailFlow.Spool.Moving.Format;

/// <summary>What must hold of records that were read, beyond their types.</summary>
internal static class ExportChecks
{
    /// <summary>The years that a store can hold; a record beyond them was made up.</summary>
    private static readonly DateTimeOffset Latest = new(9000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private const int LongestId = 64;

    private static readonly SearchValues<char> IdLetters =
        SearchValues.Create("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-");

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    /// <returns>What is wrong; null for nothing.</returns>
    public static string? Find(MessageRecord record)
    {
        var message = record.Message;
        // The id becomes the name of a file.
        if (message.Id.Length is 0 or > LongestId || message.Id.AsSpan().ContainsAnyExcept(IdLetters))
            return "the id of a message is none";
        if (message.Size < 0 || message.PreludeLength < 0 || message.PreludeLength > Math.Min(message.Size, ExportFormat.LongestPrelude))
            return "the lengths of a message can't be";
        if (message.Sha256.Length is not (0 or 64) || message.Sha256.AsSpan().ContainsAnyExcept(HexDigits))
            return "the digest of a message is none";
        return message.IsErased && record.HasBody ? "an erased message has octets"
            : !IsTime(message.ReceivedAt) || HasNull(message.Envelope.Recipients) || HasNull(message.Cause?.Recipients ?? [])
                ? "the record of a message is not readable" : null;
    }

    /// <returns>What is wrong; null for nothing.</returns>
    public static string? Find(MovedDelivery moved, string messageId)
    {
        var delivery = moved.Delivery;
        if (delivery.MessageId != messageId || delivery.Id.Length is 0 or > 512)
            return "a delivery belongs to another message";
        // In clear it would be a secret that somebody put there; sealed is what an export writes.
        if (delivery.OptionsJson is { } options && !OptionsSeal.IsSealed(options))
            return "the options of a delivery are not sealed";
        var areTimes = IsTime(delivery.CreatedAt)
            && IsTime(delivery.NextAttemptAt) && IsTime(delivery.QueuedAt) && IsTime(delivery.EndedAt);
        var hasNull = HasNull(delivery.Recipients) || HasNull(delivery.Tags) || HasNull(delivery.HeaderEdits) || HasNull(moved.Attempts)
            || HasNull(delivery.FailedDestinations) || delivery.Vars.Values.Any(value => value is null);
        return hasNull || !areTimes || delivery.Version < 0 || delivery.Attempts < 0
            || moved.Attempts.Any(attempt => !IsTime(attempt.Started) || attempt.Duration < TimeSpan.Zero)
            ? "the record of a delivery is not readable" : null;
    }

    /// <returns>Null if one is not readable.</returns>
    public static IReadOnlyList<GreylistEntry>? Read(IReadOnlyList<GreylistRecord> records)
    {
        var entries = new List<GreylistEntry>(Math.Min(records.Count, ExportFormat.GreylistPage));
        foreach (var record in records)
        {
            if (record is null || entries.Count == ExportFormat.GreylistPage || !IsTime(record.FirstSeen) || !IsTime(record.Expires)
                || !UInt128.TryParse(record.Key, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var key))
                return null;
            entries.Add(new GreylistEntry(key, record.FirstSeen, record.Expires, record.Passes));
        }
        return entries;
    }

    public static bool IsTime(DateTimeOffset? time) => !(time > Latest);

    private static bool HasNull<T>(IReadOnlyList<T> list)
        where T : class => list.Any(item => item is null);
}
