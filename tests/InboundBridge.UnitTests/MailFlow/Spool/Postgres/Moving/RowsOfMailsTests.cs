using InboundBridge.MailFlow.Spool.Postgres.Moving;

namespace InboundBridge.UnitTests.MailFlow.Spool.Postgres.Moving;

/// <summary>Each mail of an export gets all of its rows and no others, wherever the pages end.</summary>
public class RowsOfMailsTests
{
    private const int Page = 4;

    private readonly List<RowPlace> _questions = [];

    [Fact]
    public async Task Every_mail_gets_its_rows_in_order_wherever_pages_end()
    {
        // Of mail 1 exactly a page, of mail 2 nothing, of mail 3 more than two pages, then a mail that nobody asks for, and single ones.
        var rows = Rows((1, 4), (3, 10), (4, 3), (6, 1), (7, 1), (8, 2));
        var all = Reader(rows);
        foreach (var mail in new long[] { 1, 2, 3, 5, 6, 7, 8, 9 })
            Assert.Equal(rows.Where(row => row.Mail == mail), (await all.TakeAsync(mail)).Select(row => row.Place));
    }

    [Fact]
    public async Task Many_mails_share_a_question()
    {
        var rows = Rows([.. Enumerable.Range(1, 100).Select(mail => ((long)mail, 1))]);
        var all = Reader(rows);
        for (var mail = 1L; mail <= 100; mail++)
            Assert.Equal(mail, Assert.Single(await all.TakeAsync(mail)).Place.Mail);
        Assert.InRange(_questions.Count, 100 / Page, 100 / Page + 1);
    }

    [Fact]
    public async Task Rows_of_mails_before_the_first_are_not_read()
    {
        var all = Reader(Rows([.. Enumerable.Range(1, 100).Select(mail => ((long)mail, 2))]));
        Assert.Equal(2, (await all.TakeAsync(90)).Count);
        Assert.Equal(RowPlace.Before(90), Assert.Single(_questions));
    }

    [Fact]
    public async Task Where_no_row_is_left_nothing_is_asked()
    {
        var all = Reader(Rows((1, 1)));
        Assert.Single(await all.TakeAsync(1));
        for (var mail = 2; mail < 50; mail++)
            Assert.Empty(await all.TakeAsync(mail));
        Assert.Single(_questions);
    }

    /// <summary>Two rows of a delivery, as attempts have, then the next delivery.</summary>
    private static List<RowPlace> Rows(params (long Mail, int Count)[] mails) =>
        [.. mails.SelectMany(mail => Enumerable.Range(0, mail.Count).Select(row => new RowPlace((mail.Mail << 20) + row / 2, row % 2)))];

    private RowsOfMails<string> Reader(List<RowPlace> rows) => new(Page, after =>
    {
        _questions.Add(after);
        return Task.FromResult(
            rows.Where(row => after.IsBefore(row)).Take(Page).Select(row => (row, row.ToString())).ToList());
    });
}
