using System.Net;
using System.Reflection;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Operations.Mails;
using InboundBridge.Operations.Principals;
using InboundBridge.Operations.Replaying;
using InboundBridge.UnitTests.Host.Api;

namespace InboundBridge.UnitTests.Host.Operations;

/// <summary>Who may do what is decided in the layer of operations, whoever calls it.</summary>
public sealed class RoleTests
{
    private static readonly Principal Reader = new("reader", Role.Read);

    [Fact]
    public async Task A_reader_changes_nothing_even_without_http()
    {
        await using var api = await ApiFixture.CreateAsync();
        var id = await api.SubmitAsync("Hello");
        var (operations, stop) = (api.Core.Operations, TestContext.Current.CancellationToken);
        Func<Task>[] changes =
        [
            () => operations.Messages.EraseAsync(Reader, id, stop),
            () => operations.Deliveries.ChangeAsync(Reader, DeliveryAction.Cancel, id, null, stop),
            () => operations.Deliveries.ChangeAllAsync(Reader, DeliveryAction.Retry, new DeliveryFilter { MessageId = id }, null, "", stop),
            () => operations.Destinations.PauseAsync(Reader, "hook", null, stop),
            () => operations.Destinations.ResumeAsync(Reader, "hook", stop),
            () => operations.Destinations.TestAsync(Reader, "hook", stop),
            () => operations.Destinations.SendTestEventAsync(Reader, "hook", stop),
            () => operations.Replays.ReplayAsync(Reader, id, new ReplayPlan(false, false, null), stop),
            () => operations.Replays.CompareAsync(Reader, new MessageFilter(), null, 1, null, stop),
            () => operations.Submitting.SubmitAsync(
                Reader, new Submission(null, [], new IPEndPoint(0, 0), new IPEndPoint(0, 0), 0, Stream.Null), stop),
            () => operations.Status.ReloadAsync(Reader, stop),
        ];
        foreach (var change in changes)
            await Assert.ThrowsAsync<NotPermittedException>(change);
        Assert.Equal("Hello", (await operations.Messages.FindAsync(Reader, id, stop))!.Message.Subject);
        Assert.DoesNotContain(api.Log.All, line => line.Text.Contains("token=reader", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_holder_of_a_link_opens_mail_and_sees_nothing_else()
    {
        await using var api = await ApiFixture.CreateAsync();
        var id = await api.SubmitAsync("Hello");
        var (messages, stop) = (api.Core.Operations.Messages, TestContext.Current.CancellationToken);
        using var mail = await messages.OpenAsync(Principal.Link, id, stop);
        Assert.NotNull(mail);
        await Assert.ThrowsAsync<NotPermittedException>(() => messages.FindAsync(Principal.Link, id, stop));
        await Assert.ThrowsAsync<NotPermittedException>(() => api.Core.Operations.Nodes.ListAsync(Principal.Link, stop));
    }

    [Fact]
    public void Each_operation_has_a_name_of_its_own_and_only_open_mail_is_for_links()
    {
        var all =
            typeof(Operation).GetFields(BindingFlags.Static | BindingFlags.Public).Select(field => (Operation)field.GetValue(null)!)
                .ToList();
        Assert.Equal(all.Count, all.Select(operation => operation.Name).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal([Operation.OpenMail], all.Where(Principal.Link.May));
        Assert.All(all, operation => Assert.True(Principal.Local.May(operation)));
    }

    [Fact]
    public async Task A_change_without_http_is_audited_too()
    {
        await using var api = await ApiFixture.CreateAsync();
        Assert.True(
            await api.Core.Operations.Destinations.PauseAsync(
                new Principal("ops", Role.Admin), "hook", null, TestContext.Current.CancellationToken));
        Assert.Contains(api.Log.All, line => line.Text.Contains("token=ops via=api action=pause target=hook count=1", StringComparison.Ordinal));
    }
}
