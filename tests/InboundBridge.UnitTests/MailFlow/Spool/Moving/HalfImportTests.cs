using InboundBridge.Fuzz.Spools;
using InboundBridge.MailFlow.Spool;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Moving;
using InboundBridge.MailFlow.Spool.Moving.Format;

namespace InboundBridge.UnitTests.MailFlow.Spool.Moving;

/// <summary>Imports that are interrupted: which file completes them, how they are given up, and what waits for them.</summary>
public sealed class HalfImportTests : IDisposable
{
    /// <summary>In the past: an attempt in the future makes an embedded spool correct due times when it opens.</summary>
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeMilliseconds(
        TimeProvider.System.GetUtcNow().AddHours(-1).ToUnixTimeMilliseconds());

    private readonly Moved _moved = new();

    public void Dispose() => _moved.Dispose();

    /// <summary>The file is found to be wrong before anything of it is stored, and the message says where.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_file_with_a_mail_that_is_in_it_twice_stores_nothing(bool toShared)
    {
        await using var from = await MovePlace.CreateAsync(false);
        await using var to = await MovePlace.CreateAsync(toShared);
        await FillManyAsync(from, 100);
        await _moved.ExportAsync(from);
        var file = await File.ReadAllBytesAsync(_moved.File);
        await File.WriteAllBytesAsync(_moved.File, Frames.Replaced(file, "\"id\":\"q99\""u8.ToArray(), "\"id\":\"q98\""u8.ToArray()));
        var fault = await Assert.ThrowsAsync<ExportDamagedException>(() => _moved.ImportAsync(to));
        Assert.StartsWith(_moved.File + ", octet ", fault.Message, StringComparison.Ordinal);
        Assert.EndsWith("message q98: this message is in the file twice", fault.Message, StringComparison.Ordinal);
        if (toShared)
            Assert.Null(await to.RunAsync("SELECT to_regclass('messages')::text") as string);
        else
            Assert.False(Directory.Exists(to.Folder));
    }

    /// <summary>An export that is made anew has the id of the move, and other octets.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_import_is_completed_with_its_own_file_alone(bool toShared)
    {
        await using var from = await MovePlace.CreateAsync(false);
        await using var to = await MovePlace.CreateAsync(toShared);
        await FillManyAsync(from, 200);
        await _moved.ExportAsync(from, isMove: true);
        var again = _moved.File + "2";
        await _moved.ExportAsync(from, isMove: true, file: again);
        await InterruptAsync(to);
        var refused = await RefusedAsync(() => _moved.ImportAsync(to, again));
        Assert.Contains("another file of this export was being imported", refused.Message, StringComparison.Ordinal);
        Assert.Equal(200, Sum(await _moved.ImportAsync(to)));
        refused = await RefusedAsync(() => _moved.ImportAsync(to, again));
        Assert.Contains("another file of this export was imported", refused.Message, StringComparison.Ordinal);
        Assert.True((await _moved.ImportAsync(to)).WasDone);
    }

    /// <summary>Through a pipe the file is known when its end has come.</summary>
    [Fact]
    public async Task A_pipe_with_another_end_than_the_file_whose_import_was_begun_releases_nothing()
    {
        await using var from = await MovePlace.CreateAsync(false);
        await using var to = await MovePlace.CreateAsync(true);
        await FillManyAsync(from, 200);
        await _moved.ExportAsync(from);
        await InterruptAsync(to);
        var file = await File.ReadAllBytesAsync(_moved.File);
        var changed = Frames.Replaced(file, "\"id\":\"q199\""u8.ToArray(), "\"id\":\"x199\""u8.ToArray());
        changed = Frames.Replaced(changed, "\"message_id\":\"q199\""u8.ToArray(), "\"message_id\":\"x199\""u8.ToArray());
        await RefusedAsync(() => _moved.ImportAsync(to, new MemoryStream(changed)));
        await using (var node = await to.OpenAsync(TimeProvider.System))
            Assert.Empty(await SampleMail.DueAsync(node, "hook", keepsOrder: false, 1000));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Another_export_is_not_imported_beside_one_that_was_interrupted(bool toShared)
    {
        await using var from = await MovePlace.CreateAsync(false);
        await using var to = await MovePlace.CreateAsync(toShared);
        await FillManyAsync(from, 200);
        await _moved.ExportAsync(from);
        var other = _moved.File + "2";
        await _moved.ExportAsync(from, file: other);
        await InterruptAsync(to);
        var refused = await RefusedAsync(() => _moved.ImportAsync(to, other));
        Assert.Contains("the import of another export", refused.Message, StringComparison.Ordinal);
        Assert.Contains("spool import --abandon", refused.Message, StringComparison.Ordinal);
        Assert.Equal(200, Sum(await _moved.ImportAsync(to)));
        Assert.Equal(200, (await _moved.ImportAsync(to, other)).PassedOver);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_interrupted_import_can_be_given_up_and_leaves_what_was_there_before(bool toShared)
    {
        await using var from = await MovePlace.CreateAsync(false);
        await using var to = await MovePlace.CreateAsync(toShared);
        await using (var spool = await from.OpenAsync(TimeProvider.System))
            await MoveSample.FillAsync(spool, Now);
        await FillManyAsync(from, 200);
        await using (var spool = await to.OpenAsync(TimeProvider.System))
            await SampleMail.CommitAsync(spool, "own", SampleMail.Octets(1, 20_000), Now, "hook");
        var before = (await Moved.VerifyAsync(to)).Count;
        await _moved.ExportAsync(from);
        await InterruptAsync(to, 150);
        var asked = new List<HalfImport>();
        Assert.Null(await AbandonAsync(to, half => Refuse(asked, half)));
        Assert.InRange(asked[0].Messages, 128, 200);
        Assert.InRange(asked[0].Deliveries, asked[0].Messages + 1, 250);
        var removed = (await AbandonAsync(to, _ => true))!;
        Assert.Equal((asked[0].Messages, 0), (removed.Messages, removed.Kept));
        var verified = await Moved.VerifyAsync(to);
        Assert.Empty(verified.Problems.Texts);
        Assert.Empty(verified.Count.Differences(before));
        Assert.Equal(0, (await AbandonAsync(to, _ => false))!.Messages);
        // The spool is open, and the file can be imported as if nothing had been.
        Assert.Equal(206, (await _moved.ImportAsync(to)).Added);
    }

    [Fact]
    public async Task A_complete_import_is_not_given_up()
    {
        await using var from = await MovePlace.CreateAsync(false);
        await using var to = await MovePlace.CreateAsync(true);
        await FillManyAsync(from, 100);
        await _moved.ExportAsync(from);
        await _moved.ImportAsync(to);
        Assert.Equal(0, (await AbandonAsync(to, _ => true))!.Messages);
        Assert.Equal(100, (await Moved.VerifyAsync(to)).Count.Messages);
        // Interrupted after its first mails could be delivered.
        await to.RunAsync("UPDATE notes SET value = 'releasing' WHERE kind = 'spool-import'");
        var refused = await RefusedAsync(() => AbandonAsync(to, _ => true));
        Assert.Contains("may have been delivered", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mail_of_a_half_import_that_got_another_delivery_stays_when_the_import_is_given_up()
    {
        await using var from = await MovePlace.CreateAsync(false);
        await using var to = await MovePlace.CreateAsync(true);
        await FillManyAsync(from, 200);
        await _moved.ExportAsync(from);
        await InterruptAsync(to);
        await using (var node = await to.OpenAsync(TimeProvider.System))
        {
            Assert.True(await node.AddDeliveriesAsync(
                "q0", [SampleMail.Delivery("added", "q0", Now, "other")], NewClaims.None, CancellationToken.None));
        }
        Assert.Equal(1, (await AbandonAsync(to, _ => true))!.Kept);
        await using var spool = await to.OpenAsync(TimeProvider.System);
        Assert.Equal(["q0-0"], (await SampleMail.DueAsync(spool, "hook", keepsOrder: false, 1000)).Select(delivery => delivery.Id));
        Assert.Equal(1, (await spool.ReadTotalsAsync(CancellationToken.None)).Messages);
    }

    /// <summary>New mail of a destination that keeps an order does not wait for somebody to find the file.</summary>
    [Fact]
    public async Task An_interrupted_import_keeps_no_ordered_destination_waiting()
    {
        await using var from = await MovePlace.CreateAsync(false);
        await using var to = await MovePlace.CreateAsync(true);
        await FillManyAsync(from, 200);
        await _moved.ExportAsync(from);
        await InterruptAsync(to);
        await using var node = await to.OpenAsync(TimeProvider.System);
        await SampleMail.CommitAsync(node, "new", [1], Now, "hook");
        Assert.Equal(["new-0"], (await SampleMail.DueAsync(node, "hook", keepsOrder: true, 1000)).Select(delivery => delivery.Id));
        await _moved.ImportAsync(to);
        // In the order in which they were stored: what was imported came first.
        var due = await SampleMail.DueAsync(node, "hook", keepsOrder: true, 1000);
        Assert.Equal(201, due.Count);
        Assert.InRange(due.ToList().FindIndex(delivery => delivery.Id == "new-0"), 64, 199);
    }

    /// <summary>One after the other, so that the file has them in this order.</summary>
    private static async Task FillManyAsync(MovePlace place, int count)
    {
        await using var spool = await place.OpenAsync(TimeProvider.System);
        for (var index = 0; index < count; index++)
            await SampleMail.CommitAsync(spool, $"q{index}", SampleMail.Octets(index, index % 50 == 0 ? 20_000 : 400), Now, "hook");
    }

    /// <summary>Begins the import of the file, and stops after some mails are stored.</summary>
    private async Task InterruptAsync(MovePlace to, int after = 150)
    {
        using var interruption = new Interruption("stored", after);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _moved.ImportAsync(to, null, interruption, interruption.Token));
    }

    private static bool Refuse(List<HalfImport> asked, HalfImport half)
    {
        asked.Add(half);
        return false;
    }

    private static long Sum(MoveResult imported) => imported.Added + imported.PassedOver;

    private static Task<HalfImport?> AbandonAsync(MovePlace place, Func<HalfImport, bool> confirm) =>
        SpoolMoves.AbandonImportAsync(place.Value, confirm, TimeProvider.System, CancellationToken.None);

    private static Task<SpoolRefusedException> RefusedAsync(Func<Task> run) => Assert.ThrowsAsync<SpoolRefusedException>(run);
}
