using System.Security.Cryptography.X509Certificates;
using InboundBridge.Configuration.Options.Watching;
using InboundBridge.MailFlow.Metrics;
using InboundBridge.MailFlow.Queue.Events;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Contract.Notices;
using InboundBridge.Notices;
using InboundBridge.UnitTests.Host.Api;
using InboundBridge.UnitTests.Host.Configuration.Sources;
using InboundBridge.UnitTests.MailFlow.Delivery.Webhook;
using InboundBridge.UnitTests.Smtp.Server;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace InboundBridge.UnitTests.Host.Notices;

/// <summary>What needs a person becomes a mail of our own in the queue, once for each kind and subject in its window.</summary>
public sealed class NoticeRoundsTests
{
    private const string Ops = "notify: { webhook: other }";

    private const string Certificate = "\ntls: { certificates: [{ cert: \"{folder}/one.pem\", key: \"{folder}/one.key\" }] }";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_flood_of_dead_letters_becomes_one_notice_with_their_number()
    {
        await using var api = await ApiFixture.CreateAsync(Ops);
        for (var number = 0; number < 1240; number++)
            Die(api, "hook", $"d{number}");
        var notice = Assert.Single(await ToldAsync(api));
        Assert.Equal(("dead_letter", "hook", 1240L), (notice.Kind, notice.Subject, notice.Count));
        Assert.Equal("1240 deliveries to hook are dead.", notice.Summary);
        Assert.Equal(("500 no", "m-d1239", "mx.example.com"), (notice.Detail, notice.MessageId, notice.Hostname));
    }

    [Fact]
    public async Task The_next_notice_of_a_subject_waits_for_the_end_of_the_window_and_counts_what_happened_in_it()
    {
        await using var api = await ApiFixture.CreateAsync(Ops);
        Die(api, "hook", "d1");
        Assert.Single(await ToldAsync(api));
        Die(api, "hook", "d2");
        Die(api, "hook", "d3");
        Die(api, "other", "d4");
        Assert.Equal(["other", "hook"], (await ToldAsync(api)).Select(notice => notice.Subject));
        api.Clock.Advance(TimeSpan.FromMinutes(15));
        var all = await ToldAsync(api);
        Assert.Equal([("hook", 2L), ("other", 1L), ("hook", 1L)], all.Select(notice => (notice.Subject, notice.Count)));
    }

    [Fact]
    public async Task A_notice_that_dies_makes_no_notice()
    {
        await using var api = await ApiFixture.CreateAsync(Ops);
        Die(api, "hook", "d1");
        await ToldAsync(api);
        var filter = new DeliveryFilter { Destination = "other" };
        var delivery = Assert.Single((await api.Spool.ListDeliveriesAsync(filter, null, 10, Cancel)).Items);
        Take(api, delivery with { State = DeliveryState.Dead });
        // The same tag on a mail does not hide its death.
        Take(api, delivery with { MessageId = "somebody-elses", Destination = "hook2" });
        Assert.Equal(["hook2", "hook"], (await ToldAsync(api)).Select(notice => notice.Subject));
        Assert.Contains(api.Log.All, line => line.Text.Contains("a notice for operators could not be delivered", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_webhook_that_hears_is_not_told_that_it_does_not_answer()
    {
        await using var api = await ApiFixture.CreateAsync(Ops);
        api.Core.Notices.Rounds.Take(new QueueEvent("circuit_opened", default, null, null, "other", null));
        api.Core.Notices.Rounds.Take(new QueueEvent("circuit_opened", default, null, null, "hook", "node b: time-out"));
        var notice = Assert.Single(await ToldAsync(api));
        Assert.Equal(("circuit_opened", "hook", "node b: time-out"), (notice.Kind, notice.Subject, notice.Detail));
    }

    [Fact]
    public async Task A_refused_reload_is_told_with_its_first_error_and_without_secrets()
    {
        await using var api = await ApiFixture.CreateAsync(Ops);
        await api.ReloadAsync("notify={ webhook: othr }");
        var notice = Assert.Single(await ToldAsync(api));
        Assert.Equal(("reload_failed", "inboundbridge.yaml"), (notice.Kind, notice.Subject));
        Assert.Contains("there is no destination 'othr'", notice.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_configured_events_are_told()
    {
        await using var api = await ApiFixture.CreateAsync("notify: { webhook: other, events: disk }");
        Die(api, "hook", "d1");
        api.Core.Notices.Rounds.Take(new QueueEvent("circuit_opened", default, null, null, "hook", null));
        Assert.Empty(await ToldAsync(api));
    }

    [Fact]
    public async Task A_certificate_is_told_once_a_day_until_it_is_renewed()
    {
        await using var api = await ApiFixture.CreateAsync(Ops + Certificate, prepare: MakeCertificate);
        Assert.Empty(await ToldAsync(api));
        // Of 2050-01-01.
        api.Clock.Advance(new DateTimeOffset(2049, 12, 26, 0, 0, 0, TimeSpan.Zero) - api.Clock.GetUtcNow());
        for (var minute = 0; minute < 30; minute++)
            await StepAsync(api, NoticeTerms.LookEvery);
        var notice = Assert.Single(await ToldAsync(api));
        Assert.Equal(("certificate", "one.pem", 1L), (notice.Kind, notice.Subject, notice.Count));
        Assert.StartsWith("It expires at 2050-01-01", notice.Detail, StringComparison.Ordinal);
        api.Clock.Advance(TimeSpan.FromDays(1));
        for (var minute = 0; minute < 3; minute++)
            await StepAsync(api, NoticeTerms.LookEvery);
        Assert.Equal(2, (await ToldAsync(api)).Count);
    }

    [Fact]
    public async Task A_disk_that_fills_up_is_told_before_mail_is_refused()
    {
        await using var api = await ApiFixture.CreateAsync(Ops);
        api.Spool.Replace(api.Spool.Options with { MinimumFree = long.MaxValue / 4 });
        var notice = Assert.Single(await ToldAsync(api));
        Assert.Equal(("disk", "spool"), (notice.Kind, notice.Subject));
    }

    [Theory]
    [InlineData(99, 0, "103809024 octets are free; new mail is taken until the disk is full (spool.minimum_free is 0).")]
    [InlineData(101, 0, null)]
    [InlineData(99, 10, "103809024 octets are free; below 10485760 (spool.minimum_free) new mail is refused for now.")]
    [InlineData(101, 10, null)]
    [InlineData(999, 500, "1047527424 octets are free; below 524288000 (spool.minimum_free) new mail is refused for now.")]
    [InlineData(1001, 500, null)]
    [InlineData(null, 0, null)]
    public void A_disk_that_is_nearly_full_is_told_whatever_the_minimum_is(int? freeMegabytes, int minimumMegabytes, string? told) =>
        Assert.Equal(
            told, StateLook.Filling(SpoolCondition.Ready, freeMegabytes * 1024L * 1024, minimumMegabytes * 1024L * 1024));

    [Fact]
    public async Task More_subjects_than_there_is_room_for_are_counted_together()
    {
        await using var api = await ApiFixture.CreateAsync(Ops);
        for (var number = 0; number < NoticeTerms.MostWaiting + 5; number++)
            Die(api, $"destination{number}", $"d{number}");
        var told = await ToldAsync(api);
        Assert.Equal(NoticeTerms.MostWaiting + 1, told.Count);
        Assert.Equal(5, Assert.Single(told, notice => notice.Subject == NoticeTerms.Others).Count);
    }

    [Fact]
    public async Task A_notice_is_a_mail_without_a_sender_that_the_webhook_gets()
    {
        await using var api = await ApiFixture.CreateAsync(Ops);
        Die(api, "hook", "d1");
        await ToldAsync(api);
        var message = Assert.Single((await api.Spool.ListMessagesAsync(new MessageFilter(), null, 10, Cancel)).Items);
        Assert.Equal((string.Empty, "mx.example.com: A delivery to hook is dead."), (message.Envelope.Sender, message.Subject));
        var delivery = Assert.Single(await api.Spool.FindDeliveriesAsync(message.Id, Cancel));
        Assert.Equal(("other", DeliveryState.Pending), (delivery.Destination, delivery.State));
        using var content = await api.Spool.OpenContentAsync(message.Id, Cancel);
        Assert.Equal(message.Size, content!.Length);
    }

    [Fact]
    public async Task A_look_that_fails_while_the_appliance_stops_does_not_break_the_stop()
    {
        var looks = new TaskCompletionSource();
        var rounds = new NoticeRounds(
            () => new NotifyOptions { Webhook = "ops" }, sender: null!,
            async stopping =>
            {
                looks.TrySetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stopping)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                throw new SpoolUnavailableException("the spool is closed");
            },
            new MetricRegistry(), TimeProvider.System, new NoticeLog(NullLogger<NoticeLog>.Instance));
        rounds.Start();
        await looks.Task;
        await rounds.DisposeAsync();
    }

    [Fact]
    public async Task A_clock_that_was_years_ahead_keeps_nobody_silent()
    {
        await using var api = await ApiFixture.CreateAsync(Ops);
        api.Clock.AdjustWallClock(TimeSpan.FromDays(3650));
        Die(api, "hook", "d1");
        Assert.Single(await ToldAsync(api));
        Die(api, "other", "d2");
        api.Spool.Replace(api.Spool.Options with { MinimumFree = long.MaxValue / 4 });
        api.Clock.AdjustWallClock(-TimeSpan.FromDays(3650));
        Die(api, "hook", "d3");
        await ToldAsync(api);
        var told = await ToldAsync(api);
        Assert.Equal(["disk", "hook", "hook", "other"], told
            .Select(notice => notice.Kind == "disk" ? "disk" : notice.Subject).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_dead_notice_whose_record_is_damaged_does_not_keep_the_others_untold()
    {
        await using var api = await ApiFixture.CreateAsync(Ops);
        Die(api, "hook", "d1");
        await ToldAsync(api);
        var filter = new DeliveryFilter { Destination = "other" };
        var delivery = Assert.Single((await api.Spool.ListDeliveriesAsync(filter, null, 10, Cancel)).Items);
        var file = Assert.Single(Directory.GetFiles(api.Folder, "spool.db", SearchOption.AllDirectories));
        await using (var connection = new SqliteConnection($"Data Source={file};Pooling=False"))
        {
            await connection.OpenAsync(Cancel);
            await using var command = connection.CreateCommand();
            command.CommandText = "UPDATE messages SET envelope = '{'";
            await command.ExecuteNonQueryAsync(Cancel);
        }
        Take(api, delivery with { State = DeliveryState.Dead });
        Die(api, "hook2", "d2");
        await StepAsync(api, NoticeTerms.Gathering);
        Assert.Contains(api.Log.All, line => line.Text.Contains("can't be looked for now", StringComparison.Ordinal));
        Assert.Contains(
            api.Log.All, line => line.Text.StartsWith("operators are told kind=dead_letter subject=hook2", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_a_peer_replied_is_one_line_and_bounded()
    {
        await using var api = await ApiFixture.CreateAsync(Ops);
        var reply = $"500 no\r\ncount: 0\u001b[2J\0{string.Concat(Enumerable.Repeat("\ud83d\udd11", 600))}";
        Take(api, Dead(api, "hook", "d1") with { LastReply = new DeliveryReply(500, null, reply, null) });
        var notice = Assert.Single(await ToldAsync(api));
        Assert.StartsWith("500 no  count: 0 [2J ", notice.Detail, StringComparison.Ordinal);
        Assert.Equal(NoticeTerms.LongestText, notice.Detail!.Length);
    }

    [Fact]
    public async Task Nothing_is_told_without_the_section()
    {
        await using var api = await ApiFixture.CreateAsync();
        Die(api, "hook", "d1");
        Assert.Empty(await ToldAsync(api));
    }

    /// <summary>docs/schemas/notice.schema.json describes what the webhook gets: every key, and nothing else.</summary>
    [Fact]
    public async Task Every_kind_of_notice_is_as_its_schema_says()
    {
        await using var api = await ApiFixture.CreateAsync(Ops + Certificate, prepare: MakeCertificate);
        api.Clock.Advance(new DateTimeOffset(2049, 12, 26, 0, 0, 0, TimeSpan.Zero) - api.Clock.GetUtcNow());
        Die(api, "hook", "d1");
        api.Core.Notices.Rounds.Take(new QueueEvent("circuit_opened", default, null, null, "hook", null));
        api.Spool.Replace(api.Spool.Options with { MinimumFree = long.MaxValue / 4 });
        await api.ReloadAsync("notify={ webhook: othr }");
        var told = await ToldAsync(api);
        Assert.Equal(
            NotifyOptions.AllKinds.Select(NoticeTerms.NameOf).Order(StringComparer.Ordinal),
            told.Select(notice => notice.Kind).Order(StringComparer.Ordinal));
        var schema = SchemaCheck.Of("notice");
        foreach (var notice in told)
        {
            var handler = new RecordingHandler();
            var attempt = WebhookFixture.Attempt() with
            {
                Message = WebhookFixture.Message with { Envelope = WebhookFixture.Message.Envelope with { Notice = notice } },
            };
            await WebhookFixture.DeliverAsync(handler, attempt: attempt);
            Assert.Empty(schema.Problems(handler.Request.Text));
        }
    }

    private static void MakeCertificate(string folder, FakeConfigurationFiles files)
    {
        using var certificate = TestCertificates.Make("CN=one.example.com");
        using var key = certificate.GetECDsaPrivateKey()!;
        Write("one.pem", certificate.ExportCertificatePem());
        Write("one.key", key.ExportPkcs8PrivateKeyPem());

        void Write(string name, string text)
        {
            files.Texts[$"{folder}/{name}"] = text;
            File.WriteAllText($"{folder}/{name}", text);
        }
    }

    private static void Die(ApiFixture api, string destination, string id) => Take(api, Dead(api, destination, id));

    private static SpooledDelivery Dead(ApiFixture api, string destination, string id) => new()
    {
        Id = id,
        MessageId = $"m-{id}",
        Destination = destination,
        Recipients = [new MailRecipient("ann@example.com")],
        State = DeliveryState.Dead,
        CreatedAt = api.Clock.GetUtcNow(),
        LastReply = new DeliveryReply(500, null, "500 no", null),
    };

    private static void Take(ApiFixture api, SpooledDelivery delivery) =>
        api.Core.Notices.Rounds.Take(new QueueEvent("dead", api.Clock.GetUtcNow(), null, delivery, delivery.Destination, null));

    private static async Task StepAsync(ApiFixture api, TimeSpan time)
    {
        await api.Core.Notices.Rounds.StepAsync(Cancel);
        api.Clock.Advance(time);
        await api.Core.Notices.Rounds.StepAsync(Cancel);
    }

    /// <summary>What is in the queue after the time in which occurrences are gathered, newest first.</summary>
    private static async Task<IReadOnlyList<MailNotice>> ToldAsync(ApiFixture api)
    {
        await StepAsync(api, NoticeTerms.Gathering);
        var page = await api.Spool.ListMessagesAsync(new MessageFilter(), null, 1000, Cancel);
        return [.. page.Items.Select(message => message.Envelope.Notice).OfType<MailNotice>()];
    }
}
