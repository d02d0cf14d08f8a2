using InboundBridge.MailFlow.Reception.Replies;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Sqlite.Opening;
using InboundBridge.UnitTests.MailFlow.Spool.Bodies;
using InboundBridge.UnitTests.MailFlow.Spool.Sqlite.Engine;

namespace InboundBridge.UnitTests.MailFlow.Reception;

/// <summary>A client gets only temporary refusals while the disk fails. </summary>
public class SpoolFaultTests
{
    private const string Mail = "From: al@customer.example\nSubject: Help\n\nIt broke\n";

    private const string ToHook = "rules: [{ name: all, when: { recipient: '*' }, then: [webhook: hook] }]";

    [Fact]
    public async Task A_failing_disk_is_a_temporary_refusal_at_DATA_and_MAIL_until_it_recovers()
    {
        FaultyDatabaseDisk? disk = null;
        await using var reception = await ReceptionFixture.CreateAsync(ToHook, internals: path =>
        {
            disk = new FaultyDatabaseDisk(path);
            return new SpoolInternals { Vfs = FaultyVfs.Name, Linger = TimeSpan.Zero };
        });
        Assert.Equal(250, (await reception.SendAsync(Mail, "a@example.com")).Code);
        disk!.Fails = (_, _) => true;
        var refused = await reception.SendAsync(Mail, "a@example.com");
        Assert.Equal(("451 4.3.0", "spool"), (Codes(refused), refused.Reason));
        Assert.Contains("the commit failed", refused.LogDetail!, StringComparison.Ordinal);
        reception.Receiver.Reset();
        Assert.Equal("451 4.3.0", Codes(await reception.MailAsync()));
        Assert.Single(await reception.DeliveriesAsync());
        disk.Fails = (_, _) => false;
        // The next successful write, here of an outcome, shows that the disk works again.
        await reception.Spool.SetPauseAsync("hook", null, CancellationToken.None);
        Assert.Equal(250, (await reception.SendAsync(Mail, "a@example.com")).Code);
        disk.Dispose();
    }

    [Fact]
    public async Task A_slow_disk_stops_new_mail_until_its_commit_completes()
    {
        using var stuck = new ManualResetEventSlim();
        var hanging = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        FaultyDatabaseDisk? disk = null;
        await using var reception = await ReceptionFixture.CreateAsync(ToHook, internals: path =>
        {
            disk = new FaultyDatabaseDisk(path);
            return new SpoolInternals { Vfs = FaultyVfs.Name, Linger = TimeSpan.Zero };
        });
        disk!.Syncing = _ =>
        {
            hanging.TrySetResult();
            stuck.Wait();
        };
        var sent = reception.SendAsync(Mail, "a@example.com");
        await hanging.Task.WaitAsync(TimeSpan.FromSeconds(30));
        reception.Clock.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(SpoolCondition.CommitsSlow, reception.Spool.Condition);
        Assert.False(sent.IsCompleted);
        disk.Syncing = _ => { };
        stuck.Set();
        Assert.Equal(250, (await sent).Code);
        Assert.Equal(250, (await reception.MailAsync()).Code);
        disk.Dispose();
    }

    [Theory]
    [InlineData(SpoolCondition.DiskLow, "452 4.3.1")]
    [InlineData(SpoolCondition.CommitsSlow, "451 4.3.0")]
    [InlineData(SpoolCondition.Failing, "451 4.3.0")]
    public void Every_bad_condition_of_the_spool_is_a_temporary_refusal(SpoolCondition condition, string expected) =>
        Assert.Equal(expected, Codes(ReceptionReplies.Of(condition)!));

    [Fact]
    public async Task A_full_disk_stops_new_mail_until_there_is_room()
    {
        FaultyFiles? files = null;
        await using var reception = await ReceptionFixture.CreateAsync(
            ToHook, internals: path => new SpoolInternals { Files = files = new FaultyFiles(path) });
        files!.FreeBytes = 1000;
        reception.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("452 4.3.1", Codes(await reception.MailAsync()));
        files.FreeBytes = long.MaxValue;
        reception.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(250, (await reception.SendAsync(Mail, "a@example.com")).Code);
    }

    private static string Codes(InboundBridge.Smtp.Protocol.SmtpReply reply) => $"{reply.Code} {reply.Enhanced}";
}
