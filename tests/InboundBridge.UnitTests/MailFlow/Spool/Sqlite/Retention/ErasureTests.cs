using System.Text;
using InboundBridge.MailFlow.Spool;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Sqlite.Retention;

namespace InboundBridge.UnitTests.MailFlow.Spool.Sqlite.Retention;

/// <summary>Nothing of a deleted message's text is left in any file of the spool.</summary>
public class ErasureTests
{
    private const string Word = "Zanzibar-7731";

    private readonly FakeTimeProvider _clock = new(FakeTime.Start);

    private static CancellationToken None => CancellationToken.None;

    private DateTimeOffset Now => _clock.GetUtcNow();

    [Theory]
    [InlineData(200)]
    [InlineData(8000)]
    [InlineData(15_000)]
    [InlineData(300_000)]
    public async Task Erased_octets_and_everything_read_from_them_disappear_from_every_file_at_once(int size)
    {
        using var folder = new SpoolFolder();
        await using var spool = await SpoolOpening.OpenAsync(folder.Path, _clock);
        for (var index = 0; index < 20; index++)
            await CommitAsync(spool, $"m{index:00}", index == 10 ? Word : $"other {index}", size, DeliveryState.Pending);
        await spool.CompleteAsync(
            new DeliveryCompletion
            {
                Delivery =
                    (await spool.FindDeliveryAsync("m10-0", None))! with
                    {
                        State = DeliveryState.Retrying,
                        Attempts = 1,
                        LastReply = DeliveryReply.FromText($"421 {Word} is not welcome")
                    },
                Attempt = new FailedAttempt(1, Now, TimeSpan.FromSeconds(1), "retry", DeliveryReply.FromText($"421 {Word} is not welcome")),
            },
            None);
        Assert.NotEmpty(FilesWith(folder, Word));

        var cancelled = await spool.EraseAsync("m10", Now, None);
        Assert.Equal(["m10-0"], cancelled!.Select(delivery => delivery.Id));
        Assert.Empty(FilesWith(folder, Word));
        Assert.Null(await spool.OpenContentAsync("m10", None));

        var left = await spool.FindMessageAsync("m10", None);
        Assert.True(left!.IsErased);
        Assert.Equal(
            (null, null, null, "al@example.org"), (left.Subject, left.AuthenticationJson, left.ResultsField, left.Envelope.Sender));
        var delivery = Assert.Single(await spool.FindDeliveriesAsync("m10", None));
        Assert.Equal(
            (DeliveryState.Cancelled, "support", null, null), (delivery.State, delivery.Rule, delivery.HoldReason, delivery.OptionsJson));
        Assert.Empty(delivery.Vars);
        Assert.Empty(delivery.Tags);
        Assert.Empty(delivery.HeaderEdits);
        Assert.Equal(["ann@example.com"], delivery.Recipients.Select(recipient => recipient.Address));
        Assert.Equal([string.Empty], (await spool.ListAttemptsAsync("m10-0", None)).Select(attempt => attempt.Reply.Text));
        for (var index = 0; index < 20; index += 9)
            Assert.StartsWith(
                $"X-Prelude: other {index}\r\nSubject: other {index}",
                Encoding.UTF8.GetString(await SampleMail.ReadAsync(spool, $"m{index:00}")), StringComparison.Ordinal);
        Assert.Equal(20, (await spool.ReadTotalsAsync(CancellationToken.None)).Messages);
        Assert.Equal(
            Enumerable.Range(0, 20).Where(index => index != 10).Sum(index => size + $"X-Prelude: other {index}\r\n".Length),
            (await spool.ReadTotalsAsync(CancellationToken.None)).Bytes);
    }

    [Theory]
    [InlineData(DeliveryState.Held, DeliveryState.Cancelled)]
    [InlineData(DeliveryState.Dead, DeliveryState.Cancelled)]
    [InlineData(DeliveryState.Delivered, DeliveryState.Delivered)]
    public async Task Delivered_stays_delivered_and_everything_else_can_never_be_sent_again(DeliveryState before, DeliveryState after)
    {
        using var folder = new SpoolFolder();
        await using var spool = await SpoolOpening.OpenAsync(folder.Path, _clock);
        await CommitAsync(spool, "m1", Word, 200, before);
        Assert.Null(await spool.EraseAsync("nothing", Now, None));
        Assert.Equal(before == after ? 0 : 1, (await spool.EraseAsync("m1", Now, None))!.Count);
        Assert.Empty((await spool.EraseAsync("m1", Now, None))!);
        Assert.Equal(after, (await spool.FindDeliveryAsync("m1-0", None))!.State);
        Assert.Equal([new DeliveryTally("hook", after, 1)], (await spool.ReadTotalsAsync(CancellationToken.None)).Deliveries);
        foreach (var kind in new[] { DeliveryChangeKind.Retry, DeliveryChangeKind.Release, DeliveryChangeKind.Hasten })
            Assert.Empty(
                (await spool.ChangeAsync(
                    new DeliveryChange { Kind = kind, Filter = new DeliveryFilter { MessageId = "m1" }, At = Now, Destination = "hook" },
                    null, None)).Changed);
        Assert.False(await spool.AddDeliveriesAsync("m1", [SampleMail.Delivery("r", "m1", Now)], NewClaims.None, None));
        _clock.Advance(TimeSpan.FromDays(20));
        await spool.PurgeAsync(None);
        Assert.Null(await spool.FindMessageAsync("m1", None));
    }

    [Theory]
    [InlineData(DeliveryState.Delivered, DeliveryState.Delivered)]
    [InlineData(DeliveryState.Retrying, DeliveryState.Cancelled)]
    [InlineData(DeliveryState.Dead, DeliveryState.Cancelled)]
    public async Task An_attempt_that_ends_after_the_erasure_writes_nothing_of_the_mail(DeliveryState outcome, DeliveryState after)
    {
        using var folder = new SpoolFolder();
        await using var spool = await SpoolOpening.OpenAsync(folder.Path, _clock);
        await CommitAsync(spool, "m1", Word, 200, DeliveryState.Pending);
        var underWay = (await spool.FindDeliveryAsync("m1-0", None))!;
        await spool.EraseAsync("m1", Now, None);
        await using var bounce = await SampleMail.StageAsync(spool, "b1", Encoding.UTF8.GetBytes($"Subject: {Word}\r\n\r\n"));
        await spool.CompleteAsync(
            new DeliveryCompletion
            {
                // As the queue records it once it has found that the delivery was changed.
                Delivery = underWay with
                {
                    Version = underWay.Version + 1,
                    State = outcome,
                    Attempts = 1,
                    EndedAt = Now,
                    LastReply = DeliveryReply.FromText(Word),
                },
                Attempt = new FailedAttempt(1, Now, TimeSpan.FromSeconds(1), "failed", DeliveryReply.FromText(Word)),
                Added = [SampleMail.Delivery(
                    "m1-1", "m1", Now) with { Vars = new Dictionary<string, string>(StringComparer.Ordinal) { ["subject"] = Word } }],
                FollowUps = [new NewMail(bounce, SampleMail.Message(bounce, Now), [SampleMail.Delivery("b1-0", "b1", Now)])],
            },
            None);
        Assert.Equal(after, Assert.Single(await spool.FindDeliveriesAsync("m1", None)).State);
        Assert.Null(await spool.FindMessageAsync("b1", None));
        Assert.Equal([new DeliveryTally("hook", after, 1)], (await spool.ReadTotalsAsync(CancellationToken.None)).Deliveries);
        Assert.Empty(FilesWith(folder, Word));
    }

    private async Task CommitAsync(IMailSpool spool, string id, string word, int size, DeliveryState state)
    {
        var text = new StringBuilder($"Subject: {word}\r\n\r\n");
        while (text.Length < size)
            text.Append(word).Append(' ');
        await using var staged = await SampleMail.StageAsync(
            spool, id, Encoding.UTF8.GetBytes(text.ToString(0, size)), Encoding.UTF8.GetBytes($"X-Prelude: {word}\r\n"));
        var message = SampleMail.Message(staged, Now) with
        {
            Subject = word,
            AuthenticationJson = $$"""{"dkim":"{{word}}"}""",
            ResultsField = $"Authentication-Results: {word}; none\r\n",
        };
        var delivery = SampleMail.Delivery($"{id}-0", id, Now) with
        {
            State = state,
            EndedAt = state is DeliveryState.Dead or DeliveryState.Delivered ? Now : null,
            LastReply = state == DeliveryState.Delivered ? DeliveryReply.FromText($"250 {word}") : null,
            HoldReason = state == DeliveryState.Held ? $"about {word}" : null,
            Recipients = [new MailRecipient($"{word}@store", "ann@example.com")],
            Tags = [word],
            Vars = new Dictionary<string, string>(StringComparer.Ordinal) { ["subject"] = word },
            HeaderEdits = [new StoredHeaderEdit("X-Subject", word)],
            OptionsJson = $$"""{"url":"http://127.0.0.1/{{word}}"}""",
        };
        await spool.CommitAsync(staged, message, [delivery], NewClaims.None, None);
    }

    private static List<string> FilesWith(SpoolFolder folder, string word)
    {
        using var copy = folder.Copy();
        return [.. Directory.EnumerateFiles(copy.Path, "*", SearchOption.AllDirectories)
            .Where(file => File.ReadAllBytes(file).AsSpan().IndexOf(Encoding.UTF8.GetBytes(word)) >= 0)
            .Select(file => Path.GetFileName(file))];
    }
}
