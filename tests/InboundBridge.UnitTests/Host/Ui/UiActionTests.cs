using System.Net;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.UnitTests.Host.Api;

namespace InboundBridge.UnitTests.Host.Ui;

/// <summary>What the forms change, what they say about it, and that the audit log has it.</summary>
public sealed class UiActionTests
{
    private const string Holds = """
        rules:
          - { name: keep, when: { subject: "*keep*" }, then: [ hold: look at it ] }
          - { name: all, then: [ webhook: hook ] }

        """;

    [Fact]
    public async Task A_delivery_is_cancelled_and_retried()
    {
        await using var api = await ApiFixture.CreateAsync();
        var (id, browser) = (await api.SubmitAsync("Hello"), new UiBrowser(api));
        var page = await browser.ReadAsync($"/ui/messages/{id}?view=deliveries");
        Assert.Contains("Retry now", page, StringComparison.Ordinal);
        var delivery = await DeliveryAsync(api, id);
        var back = ("back", $"/ui/messages/{id}?view=deliveries");
        page = await browser.SubmitAsync($"/ui/deliveries/{delivery.Id}/cancel", back);
        Assert.Contains("The delivery was cancelled.", page, StringComparison.Ordinal);
        Assert.Equal(DeliveryState.Cancelled, (await DeliveryAsync(api, id)).State);
        page = await browser.SubmitAsync($"/ui/deliveries/{delivery.Id}/cancel", back);
        Assert.Contains("Not cancelled: a delivery that is cancelled can", page, StringComparison.Ordinal);
        page = await browser.SubmitAsync($"/ui/deliveries/{delivery.Id}/retry", back);
        Assert.Contains("The delivery was retried.", page, StringComparison.Ordinal);
        Assert.Equal(DeliveryState.Pending, (await DeliveryAsync(api, id)).State);
        AssertAudit(api, $"token=local via=ui action=cancel target={delivery.Id} count=1");
        AssertAudit(api, $"token=local via=ui action=retry target={delivery.Id} count=1");
        // A notice is said once.
        Assert.DoesNotContain("was retried", await browser.ReadAsync($"/ui/messages/{id}?view=deliveries"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_held_delivery_is_released_to_the_destination_that_the_form_names()
    {
        await using var api = await ApiFixture.CreateAsync(rules: Holds);
        var (id, browser) = (await api.SubmitAsync("keep"), new UiBrowser(api));
        Assert.Contains("look at it", await browser.ReadAsync($"/ui/messages/{id}?view=deliveries"), StringComparison.Ordinal);
        var delivery = await DeliveryAsync(api, id);
        using (var answer = await browser.PostAsync($"/ui/deliveries/{delivery.Id}/release", ("to", "nowhere")))
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        await browser.ReadAsync($"/ui/messages/{id}?view=deliveries");
        var page = await browser.SubmitAsync($"/ui/deliveries/{delivery.Id}/release", ("to", "other"));
        Assert.Contains("The delivery was released.", page, StringComparison.Ordinal);
        Assert.Equal(("other", DeliveryState.Pending), ((await DeliveryAsync(api, id)).Destination, (await DeliveryAsync(api, id)).State));
        AssertAudit(api, $"via=ui action=release target={delivery.Id} count=1");
    }

    [Fact]
    public async Task A_change_to_a_whole_filter_asks_first_with_the_count()
    {
        await using var api = await ApiFixture.CreateAsync();
        for (var mail = 0; mail < 3; mail++)
            await api.SubmitAsync($"Mail {mail}");
        var browser = new UiBrowser(api);
        await browser.ReadAsync("/ui/deliveries?state=pending&destination=hook");
        Assert.Contains("All 3 of this filter", browser.Text, StringComparison.Ordinal);
        using (var asked = await browser.PostAsync("/ui/deliveries/cancel", ("state", "pending"), ("destination", "hook")))
            Assert.Equal(HttpStatusCode.OK, asked.StatusCode);
        Assert.Contains("Cancel these 3", browser.Text, StringComparison.Ordinal);
        Assert.Equal(3, await CountAsync(api, DeliveryState.Pending));
        var page = await browser.SubmitAsync("/ui/deliveries/cancel", ("state", "pending"), ("destination", "hook"), ("confirm", "1"));
        Assert.Contains("3 deliveries were cancelled.", page, StringComparison.Ordinal);
        Assert.Equal(3, await CountAsync(api, DeliveryState.Cancelled));
        AssertAudit(api, "via=ui action=cancel target=?state=pending&destination=hook count=3");
        await browser.ReadAsync("/ui/deliveries?state=cancelled");
        using var everything = await browser.PostAsync("/ui/deliveries/cancel", ("confirm", "1"));
        Assert.Equal(HttpStatusCode.BadRequest, everything.StatusCode);
        Assert.Contains("without a filter this would change everything", browser.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_deliveries_of_a_message_are_counted_also_those_of_the_next_page()
    {
        await using var api = await ApiFixture.CreateAsync(
            rules: "rules:\n  - { name: all, when: { recipient: \"u{n}@example.com\" }, then: [ set: { n: \"{n}\" }, webhook: hook ] }\n");
        var id = await api.SubmitAsync("Many", string.Join("&to=", Enumerable.Range(0, 60).Select(number => $"u{number}@example.com")));
        var browser = new UiBrowser(api);
        Assert.Contains("All 60 of this filter", await browser.ReadAsync($"/ui/deliveries?message={id}"), StringComparison.Ordinal);
        using var asked = await browser.PostAsync("/ui/deliveries/cancel", ("message", id));
        Assert.Contains("Cancel these 60", browser.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_release_counts_what_it_can_release_and_says_why_the_rest_stays()
    {
        await using var api = await ApiFixture.CreateAsync(rules: Holds);
        for (var mail = 0; mail < 3; mail++)
            await api.SubmitAsync("keep");
        var browser = new UiBrowser(api);
        await browser.ReadAsync("/ui/deliveries?state=held");
        using (var asked = await browser.PostAsync("/ui/deliveries/release", ("state", "held")))
            Assert.Equal(HttpStatusCode.OK, asked.StatusCode);
        Assert.Contains("3 have no destination of their own", browser.Text, StringComparison.Ordinal);
        Assert.Contains("<option value=\"hook\">hook: 3</option>", browser.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("each to its own destination:", browser.Text, StringComparison.Ordinal);
        var page = await browser.SubmitAsync("/ui/deliveries/release", ("state", "held"), ("confirm", "1"));
        Assert.Contains("0 deliveries were released. Left alone: 3 have no destination of their own", page, StringComparison.Ordinal);
        Assert.Equal(3, await CountAsync(api, DeliveryState.Held));
        await browser.ReadAsync("/ui/deliveries?state=held");
        page = await browser.SubmitAsync("/ui/deliveries/release", ("state", "held"), ("to", "hook"), ("confirm", "1"));
        Assert.Contains("3 deliveries were released.", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Left alone", page, StringComparison.Ordinal);
        Assert.Equal(3, await CountAsync(api, DeliveryState.Pending));
    }

    [Fact]
    public async Task A_retry_of_a_destination_that_is_gone_says_that_it_is()
    {
        await using var api = await ApiFixture.CreateAsync();
        await api.SubmitAsync("Hello");
        api.Files.Texts["/work/rules/a.yaml"] = "rules:\n  - { name: all, then: [ webhook: other ] }\n";
        api.Files.Texts["/work/inboundbridge.yaml"] =
            api.Files.Texts["/work/inboundbridge.yaml"].Replace("  hook:", "  third:", StringComparison.Ordinal);
        Assert.False((await api.ReloadAsync()).Problems.HasErrors);
        var browser = new UiBrowser(api);
        await browser.ReadAsync("/ui/deliveries?state=pending");
        using var asked = await browser.PostAsync("/ui/deliveries/retry", ("state", "pending"));
        Assert.Equal(HttpStatusCode.OK, asked.StatusCode);
        Assert.Contains("None of them can be changed", browser.Text, StringComparison.Ordinal);
        Assert.Contains("which is not configured", browser.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Selected_messages_are_replayed_after_a_dry_run()
    {
        await using var api = await ApiFixture.CreateAsync();
        var (one, two, browser) = (await api.SubmitAsync("One"), await api.SubmitAsync("Two"), new UiBrowser(api));
        await browser.ReadAsync("/ui/messages");
        using (var none = await browser.PostAsync("/ui/messages/replay"))
            Assert.Equal(HttpStatusCode.SeeOther, none.StatusCode);
        await browser.ReadAsync("/ui/messages");
        using (var planned = await browser.PostAsync("/ui/messages/replay", ("id", one), ("id", two)))
            Assert.Equal(HttpStatusCode.OK, planned.StatusCode);
        Assert.Contains("Replay 2 messages", browser.Text, StringComparison.Ordinal);
        Assert.Contains("hook for ann@example.com", browser.Text, StringComparison.Ordinal);
        Assert.Single(await api.Spool.FindDeliveriesAsync(one, CancellationToken.None));
        var page = await browser.SubmitAsync(
            "/ui/messages/replay", ("id", one), ("id", two), ("mode", "to"), ("to", "other"), ("send", "1"));
        Assert.Contains("2 deliveries were made.", page, StringComparison.Ordinal);
        var deliveries = await api.Spool.FindDeliveriesAsync(two, CancellationToken.None);
        Assert.Equal(["hook", "other"], deliveries.Select(each => each.Destination));
        AssertAudit(api, $"via=ui action=replay target={one} count=1");
    }

    [Fact]
    public async Task A_deleted_message_keeps_its_record_alone()
    {
        await using var api = await ApiFixture.CreateAsync();
        var (id, browser) = (await api.SubmitAsync("Private matter"), new UiBrowser(api));
        await browser.ReadAsync($"/ui/messages/{id}/delete");
        Assert.Contains("One delivery that is not finished is", browser.Text, StringComparison.Ordinal);
        var page = await browser.SubmitAsync($"/ui/messages/{id}/delete");
        Assert.Contains("The message was deleted. 1 delivery was cancelled.", page, StringComparison.Ordinal);
        foreach (var view in new[] { "read", "why", "deliveries", "sent", "source" })
            Assert.DoesNotContain("Private matter", await browser.ReadAsync($"/ui/messages/{id}?view={view}"), StringComparison.Ordinal);
        await browser.ReadAsync($"/ui/messages/{id}/html", HttpStatusCode.NotFound);
        await browser.ReadAsync($"/ui/messages/{id}/raw", HttpStatusCode.NotFound);
        AssertAudit(api, $"via=ui action=delete target={id} count=1");
    }

    [Fact]
    public async Task A_destination_is_paused_with_a_reason_tested_and_resumed()
    {
        await using var api = await ApiFixture.CreateAsync();
        var browser = new UiBrowser(api);
        await browser.ReadAsync("/ui/destinations/hook");
        var page = await browser.SubmitAsync("/ui/destinations/hook/pause", ("reason", "moving <b>house</b>"));
        Assert.Contains("Paused: moving &lt;b&gt;house&lt;/b&gt; (local)", page, StringComparison.Ordinal);
        Assert.Contains("hook is paused", await browser.ReadAsync("/ui"), StringComparison.Ordinal);
        await browser.ReadAsync("/ui/destinations/hook");
        using (var test = await browser.PostAsync("/ui/destinations/hook/test"))
            Assert.Equal(HttpStatusCode.OK, test.StatusCode);
        Assert.Contains("The test failed", browser.Text, StringComparison.Ordinal);
        page = await browser.SubmitAsync("/ui/destinations/hook/resume");
        Assert.Contains("Resumed", page, StringComparison.Ordinal);
        AssertAudit(api, "via=ui action=pause target=hook count=1");
        AssertAudit(api, "via=ui action=resume target=hook count=1");
        using var odd = await browser.PostAsync("/ui/destinations/hook/pause", ("reason", new string('x', 201)));
        Assert.Equal(HttpStatusCode.BadRequest, odd.StatusCode);
    }

    private static async Task<SpooledDelivery> DeliveryAsync(ApiFixture api, string id) =>
        Assert.Single(await api.Spool.FindDeliveriesAsync(id, CancellationToken.None));

    private static async Task<long> CountAsync(ApiFixture api, DeliveryState state) =>
        (await api.Spool.ReadTotalsAsync(CancellationToken.None)).Deliveries.Where(each => each.State == state).Sum(each => each.Count);

    private static void AssertAudit(ApiFixture api, string words) =>
        Assert.Contains(api.Log.All, line => line.Text.Contains(words, StringComparison.Ordinal));
}
