using System.Text;
using InboundBridge.MailFlow.Spool;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Moving;
using InboundBridge.MailFlow.Spool.Moving.Format;
using InboundBridge.MailFlow.Spool.Postgres;
using InboundBridge.MailFlow.Spool.Sealing;

namespace InboundBridge.UnitTests.MailFlow.Spool.Moving;

/// <summary>Whole spools go from store to store and lose nothing.</summary>
public sealed class SpoolMovesTests : IDisposable
{
    /// <summary>In the past: an attempt in the future makes an embedded spool correct due times when it opens.</summary>
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeMilliseconds(
        TimeProvider.System.GetUtcNow().AddHours(-1).ToUnixTimeMilliseconds());

    private readonly Moved _moved = new();

    public void Dispose() => _moved.Dispose();

    public static TheoryData<bool, bool> Directions => new() { { false, true }, { true, false }, { false, false }, { true, true } };

    [Theory]
    [MemberData(nameof(Directions))]
    public async Task Everything_arrives(bool fromShared, bool toShared)
    {
        await using var from = await MovePlace.CreateAsync(fromShared);
        await using var to = await MovePlace.CreateAsync(toShared);
        var before = await FillAsync(from);
        var exported = await _moved.ExportAsync(from);
        Assert.Empty(exported.Problems.Texts);
        Assert.Equal((6, 2, 1, 3), (exported.Count.Messages, exported.Count.WithoutOctets, exported.Count.Erased, exported.Count.Attempts));
        Assert.Equal((1, 700, 70), (exported.Count.Pauses, exported.Count.Greylist, exported.Count.Notes));
        var imported = await _moved.ImportAsync(to);
        Assert.Empty(imported.Problems.Texts);
        Assert.Equal((6, 0), (imported.Added, imported.PassedOver));
        Assert.Empty(imported.Count.Differences(exported.Count));
        await using (var spool = await to.OpenAsync(TimeProvider.System))
            Assert.Equal(before, await MoveSample.DumpAsync(spool));
        Assert.Equal(await LinkKeyAsync(from), await LinkKeyAsync(to));
        var verified = await Moved.VerifyAsync(to);
        Assert.Empty(verified.Problems.Texts);
        Assert.Empty(verified.Count.Differences(exported.Count));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Deliveries_can_be_claimed_once_the_import_is_complete(bool toShared)
    {
        await using var from = await MovePlace.CreateAsync(false);
        await using var to = await MovePlace.CreateAsync(toShared);
        await FillAsync(from);
        await _moved.ExportAsync(from);
        await _moved.ImportAsync(to);
        await using var spool = await to.OpenAsync(TimeProvider.System);
        var due = await SampleMail.DueAsync(spool, "other", keepsOrder: false, 10);
        Assert.Equal(["m2-0", "m3-0", "m6-0"], due.Select(delivery => delivery.Id).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_file_is_for_its_owner_only_and_holds_no_secret_in_clear()
    {
        await using var from = await MovePlace.CreateAsync(false);
        await FillAsync(from);
        var links = await LinkKeyAsync(from);
        await _moved.ExportAsync(from);
        var octets = await File.ReadAllBytesAsync(_moved.File);
        Assert.True(octets.AsSpan().IndexOf(Encoding.UTF8.GetBytes(MoveSample.Secret)) < 0);
        Assert.True(octets.AsSpan().IndexOf(links) < 0);
        Assert.True(octets.AsSpan().IndexOf(Encoding.ASCII.GetBytes(Convert.ToBase64String(links!))) < 0);
        Assert.False(File.Exists(_moved.Part));
        if (OperatingSystem.IsWindows())
            return;
        foreach (var file in new[] { _moved.File, _moved.Key })
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Fact]
    public async Task Another_key_or_none_imports_nothing()
    {
        await using var from = await MovePlace.CreateAsync(false);
        await using var to = await MovePlace.CreateAsync(false);
        await FillAsync(from);
        await _moved.ExportAsync(from);
        await File.WriteAllTextAsync(_moved.Key, Convert.ToBase64String(new byte[32]) + "\n");
        Assert.Contains("not the key of this export", (await RefusedAsync(() => _moved.ImportAsync(to))).Message, StringComparison.Ordinal);
        File.Delete(_moved.Key);
        Assert.Contains("is missing", (await RefusedAsync(() => _moved.ImportAsync(to))).Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(to.Folder));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_there_already_is_passed_over(bool toShared)
    {
        await using var from = await MovePlace.CreateAsync(false);
        await using var to = await MovePlace.CreateAsync(toShared);
        await FillAsync(from);
        await _moved.ExportAsync(from);
        await _moved.ImportAsync(to);
        string before;
        await using (var spool = await to.OpenAsync(TimeProvider.System))
        {
            // It is delivered and removed; the same export must not bring it back.
            var delivery = (await spool.FindDeliveryAsync("m6-0", CancellationToken.None))!;
            spool.Replace(spool.Options with { RetainDelivered = TimeSpan.Zero });
            await spool.CompleteAsync(
                new DeliveryCompletion { Delivery = delivery with { State = DeliveryState.Delivered, EndedAt = Now } },
                CancellationToken.None);
            Assert.Null(await spool.FindMessageAsync("m6", CancellationToken.None));
            before = await MoveSample.DumpAsync(spool);
        }
        Assert.True((await _moved.ImportAsync(to)).WasDone);
        await using (var spool = await to.OpenAsync(TimeProvider.System))
            Assert.Equal(before, await MoveSample.DumpAsync(spool));
        // A later export of the same spool is another one.
        var later = _moved.File + "2";
        await _moved.ExportAsync(from, file: later);
        var again = await _moved.ImportAsync(to, later);
        Assert.Equal((1, 5), (again.Added, again.PassedOver));
        Assert.Empty((await Moved.VerifyAsync(to)).Problems.Texts);
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(false, 150)]
    [InlineData(true, 0)]
    [InlineData(true, 150)]
    public async Task An_interrupted_import_delivers_nothing_and_a_second_run_completes_it(bool toShared, int after)
    {
        await using var from = await MovePlace.CreateAsync(false);
        await using var to = await MovePlace.CreateAsync(toShared);
        await FillManyAsync(from, 300);
        var exported = await _moved.ExportAsync(from);
        using var interruption = new Interruption("stored", after);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _moved.ImportAsync(to, null, interruption, interruption.Token));
        if (toShared)
        {
            await using var node = await to.OpenAsync(TimeProvider.System);
            Assert.Empty(await SampleMail.DueAsync(node, "hook", keepsOrder: false, 1000));
        }
        else
        {
            var refused = await RefusedAsync(() => to.OpenAsync(TimeProvider.System));
            Assert.Contains("spool import FILE", refused.Message, StringComparison.Ordinal);
        }
        await RefusedAsync(() => _moved.ExportAsync(to, file: _moved.File + "2"));
        var imported = await _moved.ImportAsync(to);
        Assert.Equal(300, imported.Added + imported.PassedOver);
        await using var spool = await to.OpenAsync(TimeProvider.System);
        Assert.Equal(300, (await SampleMail.DueAsync(spool, "hook", keepsOrder: true, 1000)).Count);
        if (toShared)
            Assert.Empty((await Moved.VerifyAsync(to)).Count.Differences(exported.Count));
    }

    [Fact]
    public async Task Nodes_that_run_take_over_what_is_imported_when_it_is_complete()
    {
        await using var from = await MovePlace.CreateAsync(false);
        await using var to = await MovePlace.CreateAsync(true);
        await FillManyAsync(from, 200);
        await _moved.ExportAsync(from);
        await using var node = await to.OpenAsync(TimeProvider.System, "node");
        await SampleMail.CommitAsync(node, "own", [1, 2, 3], Now, "hook");
        var seen = new List<int>();
        var watch = new Watch(() => seen.Add(SampleMail.DueAsync(node, "hook", keepsOrder: false, 1000).GetAwaiter().GetResult().Count));
        var imported = await _moved.ImportAsync(to, null, watch);
        Assert.Single(imported.Remarks);
        Assert.All(seen, count => Assert.Equal(1, count));
        Assert.NotEmpty(seen);
        Assert.Equal(201, (await SampleMail.DueAsync(node, "hook", keepsOrder: false, 1000)).Count);
    }

    [Fact]
    public async Task A_spool_can_be_exported_while_the_appliance_writes_to_it()
    {
        await using var from = await MovePlace.CreateAsync(false);
        await using var to = await MovePlace.CreateAsync(false);
        await using var running = await from.OpenAsync(TimeProvider.System);
        await MoveSample.FillAsync(running, Now);
        var before = await MoveSample.DumpAsync(running);
        var number = 0;
        var watch = new Watch(() => SampleMail.CommitAsync(running, $"late{number++}", [1], Now, "hook").GetAwaiter().GetResult());
        var exported = await _moved.ExportAsync(from, progress: watch);
        Assert.True(number > 0);
        Assert.Equal(6, exported.Count.Messages);
        await _moved.ImportAsync(to);
        await using var spool = await to.OpenAsync(TimeProvider.System);
        Assert.Equal(before, await MoveSample.DumpAsync(spool));
    }

    [Fact]
    public async Task Large_mails_that_end_while_the_spool_is_read_are_passed_over()
    {
        await using var from = await MovePlace.CreateAsync(false);
        await using var running = await from.OpenAsync(TimeProvider.System);
        await SampleMail.CommitAsync(running, "first", [1], Now, "hook");
        await SampleMail.CommitAsync(running, "second", SampleMail.Octets(1, 50_000), Now, "hook");
        var isDone = false;
        var watch = new Watch(() =>
        {
            if (isDone)
                return;
            isDone = true;
            running.EraseAsync("second", Now, CancellationToken.None).AsTask().GetAwaiter().GetResult();
        });
        var exported = await _moved.ExportAsync(from, progress: watch);
        Assert.Equal((1, 1), (exported.Count.Messages, exported.Removed));
        Assert.Empty(exported.Problems.Texts);
    }

    private static async Task<string> FillAsync(MovePlace place)
    {
        await using var spool = await place.OpenAsync(TimeProvider.System);
        if (!place.IsShared)
            LinkKey.ReadOrMake(place.Folder, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        await MoveSample.FillAsync(spool, Now);
        return await MoveSample.DumpAsync(spool);
    }

    private static async Task FillManyAsync(MovePlace place, int count)
    {
        await using var spool = await place.OpenAsync(TimeProvider.System);
        LinkKey.ReadOrMake(place.Folder, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        await Task.WhenAll(Enumerable.Range(0, count).Select(index => SampleMail.CommitAsync(
            spool, $"m{index}", SampleMail.Octets(index, index % 50 == 0 ? 20_000 : 400), Now, "hook")));
    }

    private static async Task<byte[]?> LinkKeyAsync(MovePlace place) => place.Value.Shared is { } shared
        ? await PostgresBeside.FindLinkKeyAsync(shared, CancellationToken.None) : LinkKey.Read(place.Folder);

    private static Task<SpoolRefusedException> RefusedAsync(Func<Task> run) => Assert.ThrowsAsync<SpoolRefusedException>(run);

    private sealed class Watch(Action act) : IProgress<MoveProgress>
    {
        public void Report(MoveProgress value)
        {
            if (value.Doing != "checked")
                act();
        }
    }
}
