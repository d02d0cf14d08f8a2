using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Queue.Outcomes;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.UnitTests.MailFlow.Queue.Outcomes;

public class OutcomeJudgeTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private static readonly MailRecipient Ann = new("ann@store", "ann@example.com");

    private static readonly MailRecipient Bob = new("bob@store", "bob@example.com");

    private static readonly DeliveryReply Unknown = new(550, "5.1.1", "550 5.1.1 no such user", "mx1.example.com");

    private static readonly DeliveryReply Busy = new(451, "4.3.2", "451 4.3.2 busy", "mx2.example.com");

    [Fact]
    public void One_reply_for_all_recipients_is_the_delivery_s_reply_with_its_codes_and_its_host()
    {
        var judgement = Judge(new DeliveryOutcome.Failed(Unknown));
        Assert.Equal(Unknown, judgement.Completion.Delivery.LastReply);
        Assert.Equal(Unknown, judgement.Completion.Attempt!.Reply);
        Assert.Equal(Unknown, Assert.Single(judgement.Ends).Reply);
        Assert.All(judgement.Completion.Delivery.Recipients, recipient => Assert.Null(recipient.Reply));
        Assert.False(judgement.Completion.RecipientsChanged);
    }

    [Fact]
    public void Recipients_that_got_different_replies_keep_each_its_own()
    {
        var judgement = Judge(new DeliveryOutcome.PerRecipient(
            "0 of 2 delivered",
            [new RecipientOutcome(Ann, new DeliveryOutcome.RetryLater(Busy)),
                new RecipientOutcome(Bob, new DeliveryOutcome.RetryLater(Unknown))]));
        var delivery = judgement.Completion.Delivery;
        Assert.Equal([Busy, Unknown], delivery.Recipients.Select(recipient => recipient.Reply));
        Assert.Equal(DeliveryReply.FromText("ann@store: 451 4.3.2 busy; bob@store: 550 5.1.1 no such user"), delivery.LastReply);
        Assert.True(judgement.Completion.RecipientsChanged);
    }

    /// <summary>Only failed attempts have a record of their own.</summary>
    [Fact]
    public void A_delivery_keeps_when_the_attempt_that_delivered_it_began()
    {
        var delivered = Judge(new DeliveryOutcome.Delivered("250 ok")).Completion.Delivery;
        Assert.Equal((Now.AddSeconds(-1), Now), (delivered.NextAttemptAt, delivered.EndedAt!.Value));
        var partial = Judge(new DeliveryOutcome.PerRecipient(
            "1 of 2 delivered",
            [new RecipientOutcome(Ann, new DeliveryOutcome.Delivered("250 ok")),
                new RecipientOutcome(Bob, new DeliveryOutcome.RetryLater(Busy))]));
        Assert.Equal(Now.AddSeconds(-1), Assert.Single(partial.Completion.Added).NextAttemptAt);
        Assert.Equal(Now, Judge(new DeliveryOutcome.Failed(Unknown)).Completion.Delivery.NextAttemptAt);
    }

    [Fact]
    public void Replies_of_an_earlier_attempt_do_not_outlive_it()
    {
        var judgement = Judge(new DeliveryOutcome.Delivered("250 ok"), [Ann with { Reply = Busy }, Bob with { Reply = Unknown }]);
        Assert.All(judgement.Completion.Delivery.Recipients, recipient => Assert.Null(recipient.Reply));
        Assert.True(judgement.Completion.RecipientsChanged);
    }

    [Fact]
    public void The_end_of_a_recipient_tells_its_own_reply()
    {
        var judgement = Judge(new DeliveryOutcome.PerRecipient(
            "0 of 2 delivered",
            [new RecipientOutcome(Ann, new DeliveryOutcome.RetryLater(Busy)),
                new RecipientOutcome(Bob, new DeliveryOutcome.Failed(Unknown))]));
        var end = Assert.Single(judgement.Ends);
        Assert.Equal((DeliveryState.Dead, Unknown), (end.State, end.Reply));
        Assert.Equal([Bob], end.Recipients);
        Assert.Equal(Unknown, Assert.Single(judgement.Completion.Added).LastReply);
        Assert.Equal(Busy, judgement.Completion.Delivery.LastReply);
    }

    [Theory]
    [InlineData(29, true)]
    [InlineData(30, false)]
    public void A_completion_names_its_claim_and_keeps_it_for_a_retry_that_comes_before_the_claim_expires(int seconds, bool keeps)
    {
        var completion = Judge(new DeliveryOutcome.RetryLater("later", TimeSpan.FromSeconds(seconds)), jitter: 0).Completion;
        Assert.Equal(new DeliveryClaim("d1", "this queue", 7), completion.Claim);
        Assert.Equal((keeps, Now.AddSeconds(seconds)), (completion.KeepsClaim, completion.Delivery.NextAttemptAt));
    }

    [Fact]
    public void A_reply_is_cut_to_what_is_stored()
    {
        var judgement = Judge(new DeliveryOutcome.Failed(Unknown with { Text = new string('x', 5000) }));
        Assert.Equal(Unknown with { Text = new string('x', DeliveryReply.LongestText) }, judgement.Completion.Delivery.LastReply);
    }

    private static OutcomeJudgement Judge(DeliveryOutcome outcome, IReadOnlyList<MailRecipient>? recipients = null, double jitter = 0.2)
    {
        var delivery = SampleDelivery(recipients ?? [Ann, Bob]);
        var message = new SpooledMessage
        {
            Id = "m1",
            ReceivedAt = Now,
            Envelope =
                new MailEnvelope
                {
                    Sender = "al@example.org",
                    Recipients = [new MailRecipient("ann@example.com"), new MailRecipient("bob@example.com")]
                },
            Size = 1,
            Sha256 = "",
            ConfigVersion = "v1",
        };
        var destination = new DestinationOptions { Name = "store", Kind = "lmtp", Retry = new RetryOptions { Jitter = jitter } };
        var terms = new ClaimTerms("this queue", TimeSpan.FromSeconds(30));
        var facts = new AttemptFacts(
            delivery, message, destination, Now, TimeSpan.FromSeconds(1), Now, TimeSpan.FromSeconds(1), 0.5,
            new DeliveryClaim("d1", terms.Owner, 7), terms);
        return new OutcomeJudge(new MessageIdSource(new FakeTimeProvider(FakeTime.Start))).Judge(facts, outcome);
    }

    private static SpooledDelivery SampleDelivery(IReadOnlyList<MailRecipient> recipients) => new()
    {
        Id = "d1",
        MessageId = "m1",
        Destination = "store",
        Recipients = recipients,
        CreatedAt = Now,
        NextAttemptAt = Now,
    };
}
