using InboundBridge.MailFlow.Spool;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Contract.Nodes;
using InboundBridge.MailFlow.Spool.Postgres.Opening;
using InboundBridge.UnitTests.MailFlow.Spool.Postgres;
using Npgsql;

namespace InboundBridge.UnitTests.MailFlow.Spool.Moving;

/// <summary>A spool that was moved delivers nothing any more, so that no mail is sent from two places.</summary>
public sealed class MoveGuardTests : IDisposable
{
    private static readonly DateTimeOffset Now = FakeTime.Start;

    private readonly Moved _moved = new();

    public void Dispose() => _moved.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_moved_spool_does_not_open_until_it_is_reopened(bool isShared)
    {
        await using var from = await FilledAsync(isShared, 3);
        await _moved.ExportAsync(from, isMove: true);
        Assert.Contains("was moved", (await RefusedAsync(() => from.OpenAsync(TimeProvider.System))).Message, StringComparison.Ordinal);
        Assert.Contains("was moved", (await RefusedAsync(() => _moved.ImportAsync(from))).Message, StringComparison.Ordinal);
        Assert.Equal(3, (await Moved.VerifyAsync(from)).Count.Messages);
        Assert.True(await SpoolMoves.ReopenAsync(from.Value, TimeProvider.System, CancellationToken.None));
        Assert.False(await SpoolMoves.ReopenAsync(from.Value, TimeProvider.System, CancellationToken.None));
        await using var spool = await from.OpenAsync(TimeProvider.System);
        Assert.Equal(3, (await SampleMail.DueAsync(spool, "hook", keepsOrder: false, 10)).Count);
    }

    [Fact]
    public async Task An_embedded_spool_is_not_moved_while_the_appliance_runs()
    {
        await using var from = await FilledAsync(false, 1);
        await using var running = await from.OpenAsync(TimeProvider.System);
        var refused = await RefusedAsync(() => _moved.ExportAsync(from, isMove: true));
        Assert.Contains("stop it before", refused.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_moved.File));
    }

    [Fact]
    public async Task A_shared_spool_is_not_moved_while_a_node_delivers()
    {
        await using var from = await FilledAsync(true, 1);
        await using var node = await from.OpenAsync(TimeProvider.System);
        var terms = new ClaimTerms("node", TimeSpan.FromMinutes(1));
        var claimed = await node.ClaimAsync(new ClaimRequest("hook", false, 1, DateTimeOffset.MaxValue, terms), CancellationToken.None);
        var refused = await RefusedAsync(() => _moved.ExportAsync(from, isMove: true));
        Assert.Contains("1 deliveries", refused.Message, StringComparison.Ordinal);
        await node.ReleaseAsync(
            [new DeliveryClaim(claimed.Claimed[0].Delivery.Id, terms.Owner, claimed.Claimed[0].Fence)], CancellationToken.None);
        await _moved.ExportAsync(from, isMove: true);
    }

    /// <summary>It has claimed nothing at this moment, and would answer 451 from now on.</summary>
    [Fact]
    public async Task A_shared_spool_is_not_moved_while_a_node_runs()
    {
        await using var from = await FilledAsync(true, 1);
        await using var node = await from.OpenAsync(TimeProvider.System);
        await node.ReportNodeAsync(
            new SpoolNode
            {
                Id = "01node",
                Name = "mx-2.example.com",
                Version = "1",
                ConfigVersion = "c",
                ConfigLoadedAt = Now,
                StartedAt = Now,
                State = NodeState.Ready,
            },
            CancellationToken.None);
        var refused = await RefusedAsync(() => _moved.ExportAsync(from, isMove: true));
        Assert.Contains("mx-2.example.com (", refused.Message, StringComparison.Ordinal);
        Assert.Contains("Stop every node", refused.Message, StringComparison.Ordinal);
        await SampleMail.CommitAsync(node, "meanwhile", [1], Now, "hook");
        await from.RunAsync("UPDATE nodes SET heard_at = heard_at - 60000");
        Assert.Equal(2, (await _moved.ExportAsync(from, isMove: true)).Count.Messages);
    }

    /// <summary>Nodes could write nothing while the command waits for the tables.</summary>
    [Fact]
    public async Task A_move_that_does_not_get_the_tables_says_so_and_changes_nothing()
    {
        await using var from = await FilledAsync(true, 1);
        await using var other = await from.ConnectAsync();
        await using var held = await other.BeginTransactionAsync();
        await using (var command = new NpgsqlCommand("LOCK TABLE messages IN ROW EXCLUSIVE MODE", other))
            await command.ExecuteNonQueryAsync();
        await using var own = await from.ConnectAsync();
        var refused = await RefusedAsync(() => PostgresClosure.CloseAsync(
            own, "db/mail", "export", TimeSpan.FromMilliseconds(1), CancellationToken.None));
        Assert.Contains("db/mail was not closed: another session", refused.Message, StringComparison.Ordinal);
        Assert.Null(await PostgresClosure.FindMoveAsync(own, CancellationToken.None));
        await held.RollbackAsync();
        Assert.Equal("export", await PostgresClosure.CloseAsync(own, "db/mail", "export", PostgresStore.Patience, CancellationToken.None));
    }

    [Fact]
    public async Task A_node_that_still_runs_takes_and_claims_nothing()
    {
        await using var from = await FilledAsync(true, 1);
        await using var node = await from.OpenAsync(TimeProvider.System);
        await _moved.ExportAsync(from, isMove: true);
        await Assert.ThrowsAsync<SpoolUnavailableException>(() => SampleMail.CommitAsync(node, "late", [1], Now, "hook"));
        await Assert.ThrowsAsync<SpoolUnavailableException>(() => SampleMail.DueAsync(node, "hook", keepsOrder: false, 10));
        // What is not mail may still be stored, which must not look like a database that is well again.
        await node.SetPauseAsync("hook", "still possible", CancellationToken.None);
        Assert.Equal(SpoolCondition.Failing, node.Condition);
        Assert.Contains("was moved to another store", node.Obstacle, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_without_mail_finds_out_by_itself_and_takes_mail_when_the_spool_is_reopened()
    {
        await using var from = await FilledAsync(true, 1);
        await using var node = await from.OpenAsync(TimeProvider.System);
        await _moved.ExportAsync(from, isMove: true);
        await node.ReadTotalsAsync(CancellationToken.None);
        Assert.Equal(SpoolCondition.Failing, node.Condition);
        await SpoolMoves.ReopenAsync(from.Value, TimeProvider.System, CancellationToken.None);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (node.Condition != SpoolCondition.Ready)
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, patience.Token);
        await SampleMail.CommitAsync(node, "late", [1], Now, "hook");
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(false, 120)]
    [InlineData(true, 120)]
    public async Task An_interrupted_move_goes_on_where_it_was(bool isShared, int after)
    {
        await using var from = await FilledAsync(isShared, 200);
        await using var to = await MovePlace.CreateAsync(false);
        using var interruption = new Interruption("read", after);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => _moved.ExportAsync(from, isMove: true, progress: interruption, cancellation: interruption.Token));
        Assert.False(File.Exists(_moved.File));
        await RefusedAsync(() => from.OpenAsync(TimeProvider.System));
        // A power loss may have taken the end of the file.
        await using (var part = new FileStream(_moved.Part, FileMode.Open))
            part.SetLength(Math.Max(0, part.Length - 100));
        var exported = await _moved.ExportAsync(from, isMove: true);
        Assert.True(exported.IsContinued);
        Assert.Equal(200, exported.Count.Messages);
        var imported = await _moved.ImportAsync(to);
        Assert.Equal(200, imported.Added);
        Assert.Empty(imported.Count.Differences((await Moved.VerifyAsync(from)).Count));
    }

    [Fact]
    public async Task An_interrupted_backup_begins_anew()
    {
        await using var from = await FilledAsync(false, 200);
        using var interruption = new Interruption("read", 100);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => _moved.ExportAsync(from, progress: interruption, cancellation: interruption.Token));
        var exported = await _moved.ExportAsync(from);
        Assert.False(exported.IsContinued);
        Assert.Equal(200, exported.Count.Messages);
        await RefusedAsync(() => _moved.ExportAsync(from));
    }

    private static async Task<MovePlace> FilledAsync(bool isShared, int count)
    {
        var place = await MovePlace.CreateAsync(isShared);
        await using var spool = await place.OpenAsync(TimeProvider.System);
        for (var index = 0; index < count; index++)
            await SampleMail.CommitAsync(spool, $"m{index}", SampleMail.Octets(index, 300), Now, "hook");
        return place;
    }

    private static Task<SpoolRefusedException> RefusedAsync(Func<Task> run) => Assert.ThrowsAsync<SpoolRefusedException>(run);
}
