using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.UnitTests.MailFlow.Spool.Contract;

/// <summary>What greylisting remembers: merged, bounded, and gone when it has expired.</summary>
public abstract class GreylistContract : SpoolContract
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    [Fact]
    public async Task Entries_come_back_also_after_a_restart()
    {
        GreylistEntry[] entries = [Entry(0), Entry(1, passes: 3), Entry(UInt128.MaxValue)];
        await Spool.KeepGreylistAsync(entries, None);
        for (var opened = 0; opened < 2; opened++)
        {
            Assert.Equal(entries, await Spool.FindGreylistAsync([0, 1, 2, UInt128.MaxValue], None));
            Assert.Empty(await Spool.FindGreylistAsync([7], None));
            await ReopenAsync();
        }
    }

    [Fact]
    public async Task Writes_of_several_nodes_are_merged_in_any_order()
    {
        await Spool.KeepGreylistAsync([Entry(1) with { FirstSeen = Now.AddHours(1) }], None);
        await OtherNode.KeepGreylistAsync([Entry(1, passes: 2) with { Expires = Now + 3 * Day }], None);
        await Spool.KeepGreylistAsync([Entry(1, passes: 1)], None);
        Assert.Equal(
            [new GreylistEntry(1, Now, Now + 3 * Day, 2)], await OtherNode.FindGreylistAsync([1], None));
    }

    [Fact]
    public async Task An_entry_that_has_expired_is_replaced()
    {
        await Spool.KeepGreylistAsync([Entry(1, passes: 4)], None);
        await AdvanceAsync(Day);
        var later = Entry(1);
        await Spool.KeepGreylistAsync([later], None);
        Assert.Equal([later], await Spool.FindGreylistAsync([1], None));
    }

    [Fact]
    public async Task Retention_deletes_what_has_expired()
    {
        await Spool.KeepGreylistAsync([.. Enumerable.Range(0, 400).Select(key => Entry((UInt128)key))], None);
        await Spool.KeepGreylistAsync([.. Enumerable.Range(400, 400).Select(key => Entry((UInt128)key))], None);
        await Spool.KeepGreylistAsync([Entry(1000) with { Expires = Now + 2 * Day }], None);
        await Spool.PurgeAsync(None);
        Assert.Equal(2, (await Spool.FindGreylistAsync([0, 799], None)).Count);
        await AdvanceAsync(Day);
        await Spool.PurgeAsync(None);
        Assert.Equal([1000], (await Spool.FindGreylistAsync([0, 1, 399, 400, 799, 1000], None)).Select(entry => entry.Key));
    }

    [Fact]
    public async Task Beyond_the_limit_those_go_that_expire_first()
    {
        await ReopenAsync(Options with { GreylistEntries = 5 });
        foreach (var key in Enumerable.Range(1, 4))
            await Spool.KeepGreylistAsync([Entry((UInt128)key) with { Expires = Now + key * Day }], None);
        await Spool.KeepGreylistAsync([Entry(3) with { Expires = Now + 9 * Day }], None);
        var sooner = Enumerable.Range(11, 3).Select(key => Entry((UInt128)key) with { Expires = Now + 8 * Day });
        await Spool.KeepGreylistAsync([.. sooner], None);
        Assert.Equal([3, 4, 11, 12, 13], await KeysAsync());
        await ReopenAsync(Options with { GreylistEntries = 5 });
        await Spool.KeepGreylistAsync([Entry(20) with { Expires = Now + 20 * Day }], None);
        Assert.Equal([3, 11, 12, 13, 20], await KeysAsync());
    }

    private GreylistEntry Entry(UInt128 key, int passes = 0) => new(key, Now, Now + Day, passes);

    private async Task<IEnumerable<UInt128>> KeysAsync() =>
        (await Spool.FindGreylistAsync([.. Enumerable.Range(0, 30).Select(key => (UInt128)key)], None)).Select(entry => entry.Key);
}
