using InboundBridge.MailFlow.Reception.Replies;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Sqlite.Opening;
using InboundBridge.UnitTests.MailFlow.Spool.Sqlite.Bodies;
using InboundBridge.UnitTests.MailFlow.Spool.Sqlite.Engine;

namespace InboundBridge.UnitTests.MailFlow.Reception;

/// <summary>What a peer is told while the disk is ill: never that its mail is bad. An exception of DATA is 451 by the contract of the receiver.</summary>
public class SpoolFaultTests
{
    private const string Mail = "From: al@customer.example\nSubject: Help\n\nIt broke\n";

    private const string ToHook = "rules: [{ name: all, when: { recipient: '*' }, then: [webhook: hook] }]";

    [Fact]
    public async Task A_disk_that_fails_is_temporary_at_DATA_and_at_the_next_MAIL_until_it_is_well_again()
    {
        FaultyDatabaseDisk? disk = null;
        await using var reception = await ReceptionFixture.CreateAsync(ToHook, internals: path =>
        {
            disk = new FaultyDatabaseDisk(path);
            return new SpoolInternals { Vfs = FaultyVfs.Name, Linger = TimeSpan.Zero };
        });
        Assert.Equal(250, (await reception.SendAsync(Mail, "a@example.com")).Code);
        disk!.Fails = (_, _) => true;
        await Assert.ThrowsAsync<SpoolUnavailableException>(() => reception.SendAsync(Mail, "a@example.com"));
        reception.Receiver.Reset();
        Assert.Equal("451 4.3.0", Codes(await reception.MailAsync()));
        Assert.Single(await reception.DeliveriesAsync());
        disk.Fails = (_, _) => false;
        // Whatever is written next shows that the disk is well: here an outcome.
        await reception.Spool.SetPauseAsync("hook", null, CancellationToken.None);
        Assert.Equal(250, (await reception.SendAsync(Mail, "a@example.com")).Code);
        disk.Dispose();
    }

    [Fact]
    public async Task A_disk_that_is_slow_gets_no_more_mail_until_its_commit_is_through()
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
    public void Every_condition_of_the_spool_is_a_temporary_reply(SpoolCondition condition, string expected) =>
        Assert.Equal(expected, Codes(ReceptionReplies.Of(condition)!));

    [Fact]
    public async Task A_disk_without_room_gets_no_more_mail_and_takes_it_again_when_there_is()
    {
        FaultyFiles? files = null;
        await using var reception = await ReceptionFixture.CreateAsync(ToHook, internals: path => new SpoolInternals { Files = files = new FaultyFiles(path) });
        files!.FreeBytes = 1000;
        reception.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("452 4.3.1", Codes(await reception.MailAsync()));
        files.FreeBytes = long.MaxValue;
        reception.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(250, (await reception.SendAsync(Mail, "a@example.com")).Code);
    }

    private static string Codes(InboundBridge.Smtp.Protocol.SmtpReply reply) => $"{reply.Code} {reply.Enhanced}";
}
