using System.Net;
using InboundBridge.MailFlow.Queue.Events;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Operations.Status;
using InboundBridge.UnitTests.Host.Api;

namespace InboundBridge.UnitTests.Host.Ui;

/// <summary>The log page without a script: events of every kind, found by kind, message and text.</summary>
public sealed class UiLogTests
{
    [Fact]
    public async Task Events_that_leave_no_state_behind_are_listed_by_their_kind()
    {
        await using var api = await ApiFixture.CreateAsync();
        var browser = new UiBrowser(api);
        Assert.Contains("Nothing happened yet", await browser.ReadAsync("/ui/log"), StringComparison.Ordinal);
        var id = await api.SubmitAsync("A <b>ticket</b>");
        await browser.ReadAsync("/ui/destinations/hook");
        await browser.SubmitAsync("/ui/destinations/hook/pause", ("reason", "maintenance till noon"));
        await api.AskAsync(
            "POST /api/v1/messages?from=al@sender.test&to=bob@elsewhere.test", HttpStatusCode.UnprocessableEntity, "x", "message/rfc822");
        var all = await browser.ReadAsync("/ui/log");
        foreach (var words in new[]
        {
            "A &lt;b&gt;ticket", "maintenance till noon", "Relaying denied", $"/ui/messages/{id}", "pill bad\">refused<",
        })
            Assert.Contains(words, all, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>ticket", all, StringComparison.Ordinal);
        var paused = await browser.ReadAsync("/ui/log?kind=paused");
        Assert.Contains("maintenance till noon", paused, StringComparison.Ordinal);
        Assert.DoesNotContain("ticket", paused, StringComparison.Ordinal);
        Assert.Contains("Relaying denied", await browser.ReadAsync("/ui/log?kind=refused"), StringComparison.Ordinal);
        Assert.Contains("ticket", await browser.ReadAsync("/ui/log?text=TICKET&kind=received"), StringComparison.Ordinal);
        Assert.Contains("No event fits", await browser.ReadAsync("/ui/log?text=nothing"), StringComparison.Ordinal);
        await browser.ReadAsync("/ui/log?message=none", HttpStatusCode.BadRequest);
        await browser.ReadAsync("/ui/log?kind=missed", HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Events_are_found_by_their_destination_and_by_each_of_their_recipients()
    {
        await using var api = await ApiFixture.CreateAsync();
        var browser = new UiBrowser(api);
        await api.SubmitAsync("For two", "ann@example.com&to=bob@example.com");
        await api.SubmitAsync("For one");
        await browser.ReadAsync("/ui/destinations/other");
        await browser.SubmitAsync("/ui/destinations/other/pause", ("reason", "maintenance"));
        var other = await browser.ReadAsync("/ui/log?destination=other");
        Assert.Contains("<a class=\"clip\" href=\"/ui/destinations/other\">other maintenance", other, StringComparison.Ordinal);
        Assert.DoesNotContain("For one", other, StringComparison.Ordinal);
        Assert.DoesNotContain("maintenance", await browser.ReadAsync("/ui/log?destination=hook"), StringComparison.Ordinal);
        // The line names the first recipient alone.
        var bob = await browser.ReadAsync("/ui/log?text=BOB@example");
        Assert.Contains("ann@example.com &#x2B;1: For two", bob, StringComparison.Ordinal);
        Assert.DoesNotContain("For one", bob, StringComparison.Ordinal);
        await browser.ReadAsync("/ui/log?destination=othr", HttpStatusCode.BadRequest);
        Assert.Contains("did you mean", browser.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_a_message_all_that_is_on_record_is_listed_once()
    {
        await using var api = await ApiFixture.CreateAsync();
        var (id, other) = (await api.SubmitAsync("First"), await api.SubmitAsync("Second"));
        var delivery = (await api.Spool.FindDeliveriesAsync(id, default))[0];
        foreach (var number in new[] { 1, 2 })
        {
            api.Clock.Advance(TimeSpan.FromMinutes(1));
            delivery = delivery with
            {
                State = DeliveryState.Retrying,
                Attempts = number,
                LastReply = DeliveryReply.FromText("503 busy"),
            };
            await api.Spool.CompleteAsync(
                new DeliveryCompletion
                {
                    Delivery = delivery,
                    Attempt = new FailedAttempt(number, api.Clock.GetUtcNow(), TimeSpan.Zero, "retry", DeliveryReply.FromText("503 busy")),
                }, default);
            delivery = (await api.Spool.FindDeliveriesAsync(id, default))[0];
        }
        await api.AskAsync($"POST /api/v1/deliveries/{delivery.Id}/retry");
        var page = await new UiBrowser(api).ReadAsync($"/ui/log?message={id}");
        // Two attempts, and the operator's retry of what had this answer.
        Assert.Equal(3, Count(page, "hook &#x2192; ann@example.com: 503 busy</a>"));
        Assert.Equal(1, Count(page, "First</a>"));
        Assert.Equal(1, Count(page, "pill calm\">retried<"));
        Assert.DoesNotContain(other, page, StringComparison.Ordinal);
        page = await new UiBrowser(api).ReadAsync($"/ui/log?message={id}&kind=retrying");
        Assert.Equal(2, Count(page, "hook &#x2192; ann@example.com: 503 busy</a>"));
    }

    [Fact]
    public void A_flood_of_one_kind_leaves_the_others_and_a_deletion_takes_what_was_remembered_of_its_message()
    {
        var journal = new EventJournal(DateTimeOffset.UnixEpoch);
        journal.Add(Event("paused", null));
        var message = Message("a");
        journal.Add(Event("received", message));
        for (var count = 0; count < 2 * EventJournal.MostOfKind; count++)
            journal.Add(Event("delivered", null));
        Assert.Equal(EventJournal.MostOfKind + 2, journal.List(null).Count);
        Assert.Equal("paused", journal.List(null)[^1].Kind);
        Assert.Single(journal.List("received"));
        journal.Add(Event("deleted", message));
        Assert.Empty(journal.List("received"));
        Assert.Single(journal.List("deleted"));
        Assert.Equal("deleted", journal.List(null)[0].Kind);
    }

    private static QueueEvent Event(string kind, SpooledMessage? message) =>
        new(kind, DateTimeOffset.UnixEpoch, message, null, "hook", null);

    private static SpooledMessage Message(string id) => new()
    {
        Id = id,
        ReceivedAt = DateTimeOffset.UnixEpoch,
        Envelope = new MailEnvelope { Sender = "al@sender.test", Recipients = [] },
        Size = 1,
        Sha256 = "",
        ConfigVersion = "v",
    };

    private static int Count(string page, string words) => page.Split(words).Length - 1;
}
