using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Contract.Notes;

namespace InboundBridge.UnitTests.MailFlow.Spool.Moving;

/// <summary>A spool with everything in it that can be there, and its content as text.</summary>
internal static class MoveSample
{
    public const string Secret = "geheim-token-0815";

    private static readonly string[] Ids = ["m1", "m2", "m3", "m4", "m5", "m6"];

    private static CancellationToken None => CancellationToken.None;

    public static async Task FillAsync(IMailSpool spool, DateTimeOffset now)
    {
        await AddStatesAsync(spool, "m1", now);
        await AddLargeAsync(spool, "m2", now);
        await AddAsync(spool, "m3", [], now, message => message with
        {
            Cause = new MailCause("m2", "m2-0", "failed", ["ann@example.com"]),
            Subject = "Überaus \u0001 seltsam \U0001F4E7",
        });
        await AddAsync(spool, "m4", SampleMail.Octets(4, 900), now, message => message);
        await spool.EraseAsync("m4", now, None);
        await AddWithoutOctetsAsync(spool, "m5", now);
        await AddAsync(spool, "m6", SampleMail.Octets(6, 20_000), now, message => message with { AuthenticationJson = null });
        await spool.SetPauseAsync("hook", "it is down, \"says\" Ann", None);
        await spool.KeepGreylistAsync(
            [.. Enumerable.Range(1, 700).Select(index => new GreylistEntry((UInt128)index << 64, now, now.AddDays(35), index))], None);
        await spool.KeepNotesAsync(
            [.. Enumerable.Range(1, 70).Select(index => new SpoolNote(
                index % 2 == 0 ? "even" : "odd", $"key {index}", SampleMail.Octets(index, index * 3000), now.AddDays(index)))], None);
    }

    /// <summary>Everything that the contract shows of the sample's messages and of what is beside them.</summary>
    public static async Task<string> DumpAsync(IMailSpool spool)
    {
        var text = new StringBuilder();
        var listed = await spool.ListMessagesAsync(new MessageFilter(), null, 10_000, None);
        text.AppendLine(string.Join(' ', listed.Items.Select(message => message.Id)));
        foreach (var id in Ids)
            await DumpAsync(spool, id, text);
        foreach (var (destination, reason) in await spool.ReadPausesAsync(None))
            text.AppendLine($"{destination}: {reason}");
        foreach (var entry in await spool.FindGreylistAsync([.. Enumerable.Range(1, 700).Select(index => (UInt128)index << 64)], None))
            text.AppendLine(entry.ToString());
        foreach (var kind in new[] { "even", "odd" })
        {
            foreach (var note in await spool.ListNotesAsync(kind, null, 1000, None))
                text.AppendLine($"{note.Kind} {note.Key} {note.Expires:O} {Convert.ToHexString(SHA256.HashData(note.Value.Span))}");
        }
        var totals = await spool.ReadTotalsAsync(None);
        text.AppendLine(string.Create(CultureInfo.InvariantCulture, $"{totals.Messages} {totals.Bytes}"));
        foreach (var tally in totals.Deliveries.OrderBy(tally => tally.Destination, StringComparer.Ordinal).ThenBy(tally => tally.State))
            text.AppendLine(tally.ToString());
        return text.ToString();
    }

    private static async Task DumpAsync(IMailSpool spool, string id, StringBuilder text)
    {
        // Where the octets are gone, the stores disagree on whether the length of the prelude is remembered.
        var message = await spool.FindMessageAsync(id, None);
        using var content = await spool.OpenContentAsync(id, None);
        text.AppendLine(JsonSerializer.Serialize(content is null && message is not null ? message with { PreludeLength = 0 } : message));
        text.AppendLine(content is null ? "no octets" : $"{content.PreludeLength} {await content.ReadSha256Async(None)}");
        foreach (var delivery in await spool.FindDeliveriesAsync(id, None))
        {
            text.AppendLine(JsonSerializer.Serialize(delivery));
            foreach (var attempt in await spool.ListAttemptsAsync(delivery.Id, None))
                text.AppendLine(JsonSerializer.Serialize(attempt));
        }
        foreach (var followUp in await spool.FindFollowUpsAsync(id, None))
            text.AppendLine($"{id} → {followUp.Id}");
    }

    /// <summary>A message with a delivery of each state, one of them with a history.</summary>
    private static async Task AddStatesAsync(IMailSpool spool, string id, DateTimeOffset now)
    {
        await using var staged = await SampleMail.StageAsync(spool, id, SampleMail.Octets(1, 700), "Received: by us\r\n"u8.ToArray());
        var deliveries = Enum.GetValues<DeliveryState>().Select(state => SampleMail.Delivery($"{id}-{(int)state}", id, now) with
        {
            State = state,
            EndedAt = state is DeliveryState.Delivered or DeliveryState.Dead or DeliveryState.Cancelled ? now.AddMinutes(1) : null,
            NextAttemptAt = now.AddHours((int)state),
            QueuedAt = state == DeliveryState.Retrying ? now.AddSeconds(7) : null,
            HoldReason = state == DeliveryState.Held ? "look at it" : null,
            LastReply = state == DeliveryState.Dead ? new DeliveryReply(550, "5.1.1", "550 5.1.1 no such user", "mx.example.net") : null,
            FailedDestinations = state == DeliveryState.Cancelled ? ["first", "second"] : [],
            IsReplay = state == DeliveryState.Delivered,
            OptionsJson = state == DeliveryState.Pending ? $$"""{"auth":{ "bearer": "{{Secret}}" } }""" : null,
        });
        await spool.CommitAsync(staged, SampleMail.Message(staged, now), [.. deliveries], NewClaims.None, None);
        for (var number = 1; number <= 3; number++)
        {
            var retrying = (await spool.FindDeliveryAsync($"{id}-1", None))!;
            var reply = new DeliveryReply(number == 2 ? null : 503, null, $"503 not now, {number}", "hook.example.net");
            await spool.CompleteAsync(
                new DeliveryCompletion
                {
                    Delivery = retrying with { Attempts = number, LastReply = reply, NextAttemptAt = now.AddHours(2 + number) },
                    Attempt = new FailedAttempt(number, now.AddSeconds(number), TimeSpan.FromMilliseconds(120), "retry", reply),
                },
                None);
        }
    }

    private static Task AddLargeAsync(IMailSpool spool, string id, DateTimeOffset now) =>
        AddAsync(spool, id, SampleMail.Octets(2, 700_000), now, message => message, "Received: by us\r\n"u8.ToArray());

    private static async Task AddAsync(
        IMailSpool spool, string id, byte[] octets, DateTimeOffset now, Func<SpooledMessage, SpooledMessage> change, byte[]? prelude = null)
    {
        await using var staged = await SampleMail.StageAsync(spool, id, octets, prelude);
        var message = change(SampleMail.Message(staged, now));
        await spool.CommitAsync(staged, message, [SampleMail.Delivery($"{id}-0", id, now, "other")], NewClaims.None, None);
    }

    /// <summary>Of a message whose octets go with its last delivery, the record stays.</summary>
    private static async Task AddWithoutOctetsAsync(IMailSpool spool, string id, DateTimeOffset now)
    {
        await AddAsync(spool, id, SampleMail.Octets(5, 500), now, message => message);
        var options = spool.Options;
        spool.Replace(options with { RetainBodies = false });
        var delivery = (await spool.FindDeliveryAsync($"{id}-0", None))!;
        await spool.CompleteAsync(
            new DeliveryCompletion { Delivery = delivery with { State = DeliveryState.Delivered, Attempts = 1, EndedAt = now } }, None);
        spool.Replace(options);
    }
}
