using InboundBridge.MailFlow.Spool.Contract.Notes;

namespace InboundBridge.UnitTests.MailFlow.Spool.Contract;

/// <summary>Notes: kept over restarts, replaced by key, bounded, and gone when they have expired.</summary>
public abstract class NoteContract : SpoolContract
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    [Fact]
    public async Task Notes_come_back_also_after_a_restart()
    {
        await Spool.KeepNotesAsync([Note("a", "old")], None);
        await Spool.KeepNotesAsync([Note("a", "new"), Note("b", "b"), Note("a", "other") with { Kind = "second" }], None);
        for (var opened = 0; opened < 2; opened++)
        {
            Assert.Equal("new", Text(await Spool.FindNoteAsync("first", "a", None)));
            Assert.Equal("other", Text(await Spool.FindNoteAsync("second", "a", None)));
            Assert.Null(await Spool.FindNoteAsync("second", "b", None));
            Assert.Equal(["new", "b"], (await Spool.ListNotesAsync("first", null, 10, None)).Select(Text));
            Assert.Equal(["b"], (await Spool.ListNotesAsync("first", "a", 10, None)).Select(Text));
            Assert.Equal(["new"], (await Spool.ListNotesAsync("first", null, 1, None)).Select(Text));
            await ReopenAsync();
        }
    }

    [Fact]
    public async Task Of_those_who_try_to_store_a_note_at_the_same_time_one_succeeds()
    {
        var tries = await Task.WhenAll(Enumerable.Range(0, 8).Select(async number =>
            await (number % 2 == 0 ? Spool : OtherNode).TryKeepNoteAsync(Note("turn", $"{number}"), None)));
        var winner = Assert.Single(Enumerable.Range(0, 8), number => tries[number]);
        Assert.Equal($"{winner}", Text(await OtherNode.FindNoteAsync("first", "turn", None)));
        Assert.False(await Spool.TryKeepNoteAsync(Note("turn", "late"), None));
        await AdvanceAsync(Day);
        Assert.True(await OtherNode.TryKeepNoteAsync(Note("turn", "next"), None));
        Assert.Equal("next", Text(await Spool.FindNoteAsync("first", "turn", None)));
    }

    [Fact]
    public async Task Notes_can_be_forgotten()
    {
        await Spool.KeepNotesAsync([Note("a", "1"), Note("b", "2"), Note("c", "3")], None);
        await Spool.ForgetNotesAsync("first", ["a", "c", "never"], None);
        Assert.Equal(["2"], (await Spool.ListNotesAsync("first", null, 10, None)).Select(Text));
    }

    [Fact]
    public async Task An_expired_note_is_not_found_and_retention_deletes_it()
    {
        await Spool.KeepNotesAsync([Note("a", "1"), Note("b", "2") with { Expires = Now + 3 * Day }], None);
        await AdvanceAsync(Day);
        Assert.Null(await Spool.FindNoteAsync("first", "a", None));
        Assert.Equal(["2"], (await Spool.ListNotesAsync("first", null, 10, None)).Select(Text));
        await Spool.PurgeAsync(None);
        Assert.Equal(["2"], (await Spool.ListNotesAsync("first", null, 10, None)).Select(Text));
    }

    [Fact]
    public async Task Beyond_the_limit_those_go_that_expire_first()
    {
        await ReopenAsync(Options with { NotesOfAKind = 3 });
        await Spool.KeepNotesAsync([Note("far", "1") with { Expires = Now + 9 * Day }, Note("x", "2") with { Kind = "second" }], None);
        foreach (var number in Enumerable.Range(1, 5))
            await Spool.KeepNotesAsync([Note($"k{number}", "v") with { Expires = Now + number * Day }], None);
        Assert.Equal(["far", "k4", "k5"], (await Spool.ListNotesAsync("first", null, 10, None)).Select(note => note.Key));
        Assert.NotNull(await Spool.FindNoteAsync("second", "x", None));
    }

    [Fact]
    public async Task A_note_that_is_too_large_is_refused() =>
        await Assert.ThrowsAsync<ArgumentException>(async () =>
            await Spool.KeepNotesAsync([Note("a", new string('x', SpoolNote.LargestValue + 1))], None));

    private SpoolNote Note(string key, string text) => new("first", key, System.Text.Encoding.UTF8.GetBytes(text), Now + Day);

    private static string? Text(SpoolNote? note) => note is null ? null : System.Text.Encoding.UTF8.GetString(note.Value.Span);
}
