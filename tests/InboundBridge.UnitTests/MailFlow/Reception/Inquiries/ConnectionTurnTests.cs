using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.UnitTests.MailFlow.Queue.Collecting;
using InboundBridge.UnitTests.Smtp.Client;

namespace InboundBridge.UnitTests.MailFlow.Reception.Inquiries;

/// <summary>ATRN (RFC 2645) from the command to the record: who may collect what, and what a hostile customer can spoil.</summary>
public class ConnectionTurnTests
{
    /// <summary>Replies of the customer in a collection of two mails: greeting, EHLO; MAIL, RCPT, DATA and the end of each.</summary>
    private const int RepliesOfTwoMails = 10;

    public static TheoryData<Mischief, int> Faults
    {
        get
        {
            var faults = new TheoryData<Mischief, int>();
            foreach (var mischief in Enum.GetValues<Mischief>().Except([Mischief.None, Mischief.Silence]))
            {
                for (var at = 0; at < RepliesOfTwoMails; at++)
                    faults.Add(mischief, at);
            }
            return faults;
        }
    }

    [Fact]
    public async Task The_customer_gets_its_mail_over_its_own_connection()
    {
        await using var scene = await new OdmrScene().StartAsync();
        var ids = new[] { await scene.AcceptAsync(), await scene.AcceptAsync("bob@west.branch.example") };
        var (branch, reply) = await scene.CollectAsync();
        Assert.Equal("250 2.0.0 OK, now reversing the connection", reply);
        Assert.Equal(ids, branch.Taken);
        Assert.Equal(RepliesOfTwoMails, branch.Replies);
        Assert.True(branch.HeardQuit);
        var delivery = await scene.Queue.FindAsync(ids[0]);
        Assert.Equal((DeliveryState.Delivered, "250 taken"), (delivery.State, delivery.LastReply?.Text));
        Assert.Equal("192.0.2.7", delivery.LastReply?.RemoteHost);
        Assert.Contains("outcome=ended", await scene.Queue.Log.NextAsync(CollectingFixture.Collected), StringComparison.Ordinal);
        Assert.StartsWith("453 ", (await scene.CollectAsync()).Reply, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ATRN", "250")]
    [InlineData("ATRN branch.example", "250")]
    [InlineData("ATRN BRANCH.example,west.branch.example", "250")]
    [InlineData("ATRN west.branch.example", "453")]
    [InlineData("ATRN other.example", "450")]
    [InlineData("ATRN branch.example,other.example", "450")]
    public async Task Named_domains_must_all_be_the_users_own(string atrn, string code)
    {
        await using var scene = await new OdmrScene().StartAsync();
        await scene.AcceptAsync();
        var (branch, reply) = await scene.CollectAsync(atrn: atrn);
        Assert.StartsWith(code, reply, StringComparison.Ordinal);
        Assert.Equal(code == "250" ? 1 : 0, branch.Taken.Count);
    }

    [Fact]
    public async Task A_spool_that_fails_is_a_temporary_refusal_and_loses_nothing()
    {
        await using var scene = await new OdmrScene().StartAsync();
        await scene.AcceptAsync();
        scene.Queue.Faults.Fail(nameof(IMailSpool.ClaimAsync));
        Assert.StartsWith("451 4.3.2", (await scene.CollectAsync()).Reply, StringComparison.Ordinal);
        scene.Queue.Faults.Recover();
        Assert.Single((await scene.CollectAsync()).Branch.Taken);
    }

    /// <summary>Nothing is lost, and nothing comes twice but the mail in flight.</summary>
    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Whatever_the_customer_does_every_mail_arrives(Mischief mischief, int at)
    {
        await using var scene = await new OdmrScene().StartAsync();
        var ids = new[] { await scene.AcceptAsync(), await scene.AcceptAsync() };
        var (broken, _) = await scene.CollectAsync(mischief, at);
        foreach (var id in ids.Except(broken.Taken))
            Assert.True(DeliveryTransitions.IsOpen((await scene.Queue.FindAsync(id)).State));
        var (whole, _) = await scene.CollectAsync();
        Assert.Equal(ids, broken.Taken.Except([broken.InFlight]).Concat(whole.Taken).Order(StringComparer.Ordinal));
        foreach (var id in ids)
            Assert.Equal(DeliveryState.Delivered, (await scene.Queue.FindAsync(id)).State);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(2, true)]
    [InlineData(5, true)]
    public async Task A_connection_that_is_dropped_counts_as_an_attempt_once_the_receiver_was_heard(int at, bool isAttempt)
    {
        await using var scene = await new OdmrScene().StartAsync();
        var id = await scene.AcceptAsync();
        for (var time = 0; time < 3; time++)
        {
            await scene.CollectAsync(Mischief.Close, at);
            scene.Queue.Clock.Advance(TimeSpan.FromSeconds(1));
        }
        Assert.Equal(isAttempt ? 3 : 0, (await scene.Queue.FindAsync(id)).Attempts);
        Assert.Equal(isAttempt ? 3 : 0, (await scene.Queue.Spool.ListAttemptsAsync(id, CancellationToken.None)).Count);
        Assert.Equal([id], (await scene.CollectAsync()).Branch.Taken);
    }

    [Fact]
    public async Task Mail_that_requires_tls_is_not_sent_without_it()
    {
        await using var scene = await new OdmrScene().StartAsync();
        var id = await scene.AcceptAsync(
            change: message => message with { Envelope = message.Envelope with { RequireTls = true } });
        Assert.Empty((await scene.CollectAsync()).Branch.Taken);
        Assert.Contains("REQUIRETLS", (await scene.Queue.FindAsync(id)).LastReply!.Text, StringComparison.Ordinal);
    }
}
