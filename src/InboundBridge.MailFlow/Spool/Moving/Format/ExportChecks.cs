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

    /// <summary>Octets of a mail: more than <c>message_size</c> can allow, and few enough for the sum of all mails.</summary>
    private const long LargestMail = 1L << 32;

    /// <summary>Attempts and changes of a delivery. Our choice: one each second for thirty years, and one more can be counted.</summary>
    private const int MostChanges = 1_000_000_000;

    /// <summary>How long an attempt may have taken. Our choice: far longer than every time-out.</summary>
    private static readonly TimeSpan LongestAttempt = TimeSpan.FromDays(366);

    private static readonly SearchValues<char> IdLetters =
        SearchValues.Create("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-");

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    /// <summary>The id becomes the name of a file.</summary>
    public static bool IsId(string id) => id.Length is > 0 and <= LongestId && !id.AsSpan().ContainsAnyExcept(IdLetters);

    /// <returns>What is wrong; null for nothing.</returns>
    public static string? Find(MessageRecord record)
    {
        var message = record.Message;
        if (message.Size is < 0 or > LargestMail)
            return Text($"the lengths of a message can't be: its size is {message.Size}, and 0 to {LargestMail} are possible");
        if (message.PreludeLength < 0 || message.PreludeLength > Math.Min(message.Size, ExportFormat.LongestPrelude))
        {
            return Text(
                $"the lengths of a message can't be: {message.PreludeLength} of its {message.Size} octets are fields that we put on top");
        }
        if (message.Sha256.Length is not (0 or 64) || message.Sha256.AsSpan().ContainsAnyExcept(HexDigits))
            return "the digest of a message is none";
        return message.IsErased && record.HasBody ? "an erased message has octets"
            : !IsPast(message.ReceivedAt) || HasNull(message.Envelope.Recipients) || HasNull(message.Cause?.Recipients ?? [])
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
        var areTimes = IsPast(delivery.CreatedAt)
            && IsTime(delivery.NextAttemptAt) && IsTime(delivery.QueuedAt) && IsTime(delivery.EndedAt);
        var hasNull = HasNull(delivery.Recipients) || HasNull(delivery.Tags) || HasNull(delivery.HeaderEdits) || HasNull(moved.Attempts)
            || HasNull(delivery.FailedDestinations) || delivery.Vars.Values.Any(value => value is null);
        if (hasNull || !areTimes)
            return "the record of a delivery is not readable: a value is missing, or a time is before 1970 or after 9000";
        if (delivery.Version is < 0 or > MostChanges)
            return Text($"the version of delivery {delivery.Id} is {delivery.Version}, and 0 to {MostChanges} are possible");
        if (delivery.Attempts is < 0 or > MostChanges)
            return Text($"delivery {delivery.Id} has {delivery.Attempts} attempts, and 0 to {MostChanges} are possible");
        return Find(moved.Attempts, delivery.Id);
    }

    private static string? Find(IReadOnlyList<FailedAttempt> attempts, string deliveryId)
    {
        var begun = new HashSet<long>();
        foreach (var attempt in attempts)
        {
            if (!IsPast(attempt.Started) || attempt.Duration < TimeSpan.Zero || attempt.Duration > LongestAttempt)
                return Text($"attempt {attempt.Number} of delivery {deliveryId} began before 1970 or after 9000, or took more than a year");
            if (attempt.Number is < 0 or > MostChanges)
                return Text($"an attempt of delivery {deliveryId} has the number {attempt.Number}, and 0 to {MostChanges} are possible");
            if (!begun.Add(attempt.Started.ToUnixTimeMilliseconds()))
                return Text($"two attempts of delivery {deliveryId} began at the same time, {attempt.Started:O}");
        }
        return null;
    }

    /// <returns>Null if one is not readable.</returns>
    public static IReadOnlyList<GreylistEntry>? Read(IReadOnlyList<GreylistRecord> records)
    {
        var entries = new List<GreylistEntry>(Math.Min(records.Count, ExportFormat.GreylistPage));
        foreach (var record in records)
        {
            if (record is null || record.Passes < 0 || entries.Count == ExportFormat.GreylistPage
                || !IsTime(record.FirstSeen) || !IsTime(record.Expires)
                || !UInt128.TryParse(record.Key, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var key))
                return null;
            entries.Add(new GreylistEntry(key, record.FirstSeen, record.Expires, record.Passes));
        }
        return entries;
    }

    public static bool IsTime(DateTimeOffset? time) => !(time > Latest);

    /// <summary>When something happened. A due time may be older than everything: it is due.</summary>
    private static bool IsPast(DateTimeOffset time) => time >= DateTimeOffset.UnixEpoch && IsTime(time);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static bool HasNull<T>(IReadOnlyList<T> list)
        where T : class => list.Any(item => item is null);
}
