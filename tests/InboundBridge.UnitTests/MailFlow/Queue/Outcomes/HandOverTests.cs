using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Queue.Outcomes;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.UnitTests.MailFlow.Spool;

namespace InboundBridge.UnitTests.MailFlow.Queue.Outcomes;

/// <summary>What <c>on_failure</c> makes of a delivery, and what it must not pass on.</summary>
public class HandOverTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public void A_delivery_that_is_handed_over_begins_anew_at_the_next_destination()
    {
        var judgement = Judge("store", new DeliveryOutcome.Failed("550"));
        Assert.Equal(DeliveryState.Cancelled, judgement.Completion.Delivery.State);
        var next = Assert.Single(judgement.Completion.Added);
        Assert.Equal(("store", DeliveryState.Pending, 0, 0), (next.Destination, next.State, next.Attempts, next.Version));
        // Its age counts anew: the first destination may have used up the time of the second.
        Assert.Equal((Now, null, Now), (next.CreatedAt, next.QueuedAt, next.NextAttemptAt));
        // The options were meant for the destination that failed.
        Assert.Equal((null, null), (next.OptionsJson, next.LastReply));
        Assert.Empty(judgement.Ends);
    }

    [Fact]
    public void A_delivery_is_not_handed_over_to_a_destination_that_failed_two_steps_before()
    {
        var next = Assert.Single(Judge("third", new DeliveryOutcome.Failed("550"), failedBefore: ["first"]).Completion.Added);
        Assert.Equal(["first", "hook"], next.FailedDestinations);
        var last = Judge("first", new DeliveryOutcome.Failed("550"), failedBefore: ["first", "second"]);
        Assert.Equal(DeliveryState.Dead, last.Completion.Delivery.State);
        Assert.Empty(last.Completion.Added);
    }

    [Fact]
    public void A_destination_that_names_itself_does_not_get_the_mail_again()
    {
        var judgement = Judge("hook", new DeliveryOutcome.Failed("550"));
        Assert.Equal(DeliveryState.Dead, judgement.Completion.Delivery.State);
        Assert.Empty(judgement.Completion.Added);
    }

    [Fact]
    public void At_the_maximum_age_recipients_that_failed_and_those_that_were_deferred_are_given_up_together()
    {
        var (ann, bob) = (new MailRecipient("ann@example.com"), new MailRecipient("bob@example.com"));
        var outcome = new DeliveryOutcome.PerRecipient(
            "no", [new(ann, new DeliveryOutcome.Failed("550")), new(bob, new DeliveryOutcome.RetryLater("450"))]);
        var judgement = Judge("dead_letter", outcome, age: new RetryOptions().MaximumAge, recipients: [ann, bob]);
        Assert.Equal(DeliveryState.Dead, judgement.Completion.Delivery.State);
        Assert.Equal(["ann@example.com", "bob@example.com"], Addresses(judgement.Completion.Delivery.Recipients));
        Assert.Equal(["ann@example.com", "bob@example.com"], Addresses(Assert.Single(judgement.Ends).Recipients));
        Assert.True(judgement.Ends[0].Expired);
    }

    [Fact]
    public void A_recipient_that_has_the_mail_is_not_tried_again_with_the_others()
    {
        var (ann, bob) = (new MailRecipient("ann@example.com"), new MailRecipient("bob@example.com"));
        var outcome = new DeliveryOutcome.PerRecipient(
            "no", [new(ann, new DeliveryOutcome.Delivered("250")), new(bob, new DeliveryOutcome.RetryLater("450"))]);
        var completion = Judge("dead_letter", outcome, recipients: [ann, bob]).Completion;
        Assert.Equal(["bob@example.com"], Addresses(completion.Delivery.Recipients));
        Assert.True(completion.RecipientsChanged);
        Assert.Equal((DeliveryState.Delivered, "ann@example.com"),
            (Assert.Single(completion.Added).State, Assert.Single(completion.Added[0].Recipients).Address));
    }

    [Fact]
    public void The_attempt_that_is_made_at_the_maximum_age_is_the_last()
    {
        var age = new RetryOptions().MaximumAge;
        var before = Judge("dead_letter", new DeliveryOutcome.RetryLater("later"), age: age - TimeSpan.FromSeconds(1));
        Assert.Equal((DeliveryState.Retrying, Now.AddSeconds(1)),
            (before.Completion.Delivery.State, before.Completion.Delivery.NextAttemptAt));
        var last = Judge("dead_letter", new DeliveryOutcome.RetryLater("later"), age: age);
        Assert.Equal(DeliveryState.Dead, last.Completion.Delivery.State);
    }

    private static IEnumerable<string> Addresses(IReadOnlyList<MailRecipient> recipients) =>
        recipients.Select(recipient => recipient.Address);

    private static OutcomeJudgement Judge(
        string onFailure, DeliveryOutcome outcome, IReadOnlyList<string>? failedBefore = null, TimeSpan age = default,
        IReadOnlyList<MailRecipient>? recipients = null)
    {
        var delivery = SampleMail.Delivery("d1", "m1", Now.AddHours(-1)) with
        {
            Attempts = 3,
            Version = 3,
            QueuedAt = Now.AddHours(-1),
            OptionsJson = "{}",
            LastReply = DeliveryReply.FromText("451"),
            FailedDestinations = failedBefore ?? [],
        };
        if (recipients is not null)
            delivery = delivery with { Recipients = recipients };
        var message = new SpooledMessage
        {
            Id = "m1",
            ReceivedAt = Now,
            Envelope = new MailEnvelope { Sender = "al@example.org", Recipients = [] },
            Size = 1,
            Sha256 = "",
            ConfigVersion = "v1",
        };
        var destination = new DestinationOptions { Name = "hook", Kind = "webhook", OnFailure = onFailure };
        var terms = new ClaimTerms("this queue", Timeout.InfiniteTimeSpan);
        var facts = new AttemptFacts(
            delivery, message, destination, Now, TimeSpan.FromSeconds(1), Now, age, 0.5, new DeliveryClaim("d1", terms.Owner, 7), terms);
        return new OutcomeJudge(new MessageIdSource(new FakeTimeProvider(FakeTime.Start))).Judge(facts, outcome);
    }
}
