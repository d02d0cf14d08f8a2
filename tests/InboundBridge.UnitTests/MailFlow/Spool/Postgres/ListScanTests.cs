using System.Globalization;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.UnitTests.MailFlow.Spool.Postgres;

/// <summary>
/// No page of a list reads the tables, whatever its filter: neither as a whole, nor through an index. The server counts what it reads. The
/// clock stands still, so that searches end by their number of rows.
/// </summary>
public class ListScanTests
{
    /// <summary>Messages, each with a delivery.</summary>
    private const int Count = 100_000;

    /// <summary>
    /// Rows of a page: 20,000 are searched, once to find what fits and once to find the end of the search, and some messages are read.
    /// </summary>
    private const int Most = 50_000;

    private const string Read =
        """
        SELECT (SELECT coalesce(sum(idx_tup_read), 0) FROM pg_stat_user_indexes
            WHERE schemaname = current_schema() AND relname IN ('messages', 'deliveries'))
          + (SELECT coalesce(sum(seq_tup_read), 0) FROM pg_stat_user_tables
            WHERE schemaname = current_schema() AND relname IN ('messages', 'deliveries'))
        """;

    /// <summary>Sessions of the spool, which have the name of its schema.</summary>
    private const string Sessions = "SELECT count(*) FROM pg_stat_activity WHERE application_name = current_schema()";

    private readonly FakeTimeProvider _clock = new(FakeTime.Start);

    private static CancellationToken None => CancellationToken.None;

    private DateTimeOffset Now => _clock.GetUtcNow();

    private (string Name, MessageFilter Filter)[] Messages =>
    [
        ("all", new MessageFilter()),
        ("a usual sender", new MessageFilter { Sender = "customer7" }),
        ("no such sender", new MessageFilter { Sender = "nobody" }),
        ("a recipient", new MessageFilter { Recipient = "support+42" }),
        ("no such subject", new MessageFilter { Subject = "there is none" }),
        ("not in ASCII", new MessageFilter { Subject = "grüße" }),
        ("a tag", new MessageFilter { Tag = "order" }),
        ("no such tag", new MessageFilter { Tag = "none" }),
        ("a rule", new MessageFilter { Rule = "rule 7" }),
        ("no such rule", new MessageFilter { Rule = "none" }),
        ("delivered", new MessageFilter { State = DeliveryState.Delivered }),
        ("dead", new MessageFilter { State = DeliveryState.Dead }),
        ("pending: none", new MessageFilter { State = DeliveryState.Pending }),
        ("dead, no such subject", new MessageFilter { State = DeliveryState.Dead, Subject = "there is none" }),
        ("held, old", new MessageFilter { State = DeliveryState.Held, Before = Now.AddDays(-15) }),
        ("the last hour", new MessageFilter { Since = Now.AddHours(-1) }),
        ("old, no such subject", new MessageFilter { Before = Now.AddDays(-10), Subject = "there is none" }),
        ("a rule, between two times", new MessageFilter { Rule = "rule 7", Since = Now.AddDays(-15), Before = Now.AddDays(-10) }),
    ];

    private static (string Name, DeliveryFilter Filter)[] Deliveries =>
    [
        ("all", new DeliveryFilter()),
        ("dead", new DeliveryFilter { State = DeliveryState.Dead }),
        ("delivered", new DeliveryFilter { State = DeliveryState.Delivered }),
        ("of a destination", new DeliveryFilter { Destination = "app" }),
        ("of a destination without any", new DeliveryFilter { Destination = "none" }),
        ("held of a destination", new DeliveryFilter { State = DeliveryState.Held, Destination = "app" }),
    ];

    [Fact]
    public async Task A_page_of_a_list_reads_no_more_than_it_may_search()
    {
        await using var store = new PostgresStore(hasOtherNode: false);
        await FillAsync(store);
        var readings = new List<(string Page, long Rows)>();
        foreach (var (name, filter) in Messages)
        {
            readings.Add(await MeasureAsync(store, $"messages: {name}", async spool =>
            {
                var page = await spool.ListMessagesAsync(filter, null, 50, None);
                if (page.Items.Count > 0)
                    Assert.NotEmpty(await spool.FindDeliveriesAsync([.. page.Items.Select(message => message.Id)], None));
                return page.Next;
            }));
        }
        foreach (var (name, filter) in Deliveries)
        {
            readings.Add(await MeasureAsync(
                store, $"deliveries: {name}", async spool => (await spool.ListDeliveriesAsync(filter, null, 50, None)).Next));
        }
        readings.Add(await MeasureAsync(store, "oldest open", async spool =>
        {
            await spool.FindOldestOpenAsync(["app", "down"], None);
            await spool.ReadTotalsAsync(None);
            return null;
        }));
        TestContext.Current.TestOutputHelper?.WriteLine(
            string.Join('\n', readings.Select(each => string.Create(CultureInfo.InvariantCulture, $"{each.Page}: {each.Rows}"))));
        Assert.DoesNotContain(readings, each => each.Rows > Most);
        // Full pages read what they show, and little more.
        Assert.All(
            readings.Where(each => each.Page is "messages: all" or "messages: dead" or "deliveries: all" or "deliveries: dead"),
            each => Assert.InRange(each.Rows, 1, 2_000));
    }

    /// <summary>What a page reads: sessions tell their counts at their end.</summary>
    private async Task<(string Page, long Rows)> MeasureAsync(
        PostgresStore store, string page, Func<IMailSpool, Task<string?>> read)
    {
        var before = await RowsAsync(store);
        await using (var spool = await store.OpenAsync(new SpoolOptions { Path = "", MinimumFree = 0 }, _clock))
            await read(spool);
        return (page, await RowsAsync(store) - before);
    }

    private static async Task<long> RowsAsync(PostgresStore store)
    {
        while ((long)(await store.RunAsync(Sessions))! > 0)
            await Task.Yield();
        return Convert.ToInt64(await store.RunAsync(Read), CultureInfo.InvariantCulture);
    }

    /// <summary>Mails of twenty days: 97 of 100 are delivered.</summary>
    private async Task FillAsync(PostgresStore store)
    {
        await using (await store.OpenAsync(new SpoolOptions { Path = "", MinimumFree = 0 }, _clock))
        {
            // The first ten characters of an id are its time.
            var times = Enumerable.Range(0, 200).Select(part => MessageIdSource.FirstAt(Now.AddDays(-20 + (0.1 * part)))[..10]);
            await store.RunAsync(string.Create(CultureInfo.InvariantCulture, $$"""
                INSERT INTO messages(id, received_at, size, sha256, body, prelude_length, config_version, subject, envelope, authentication)
                  SELECT (ARRAY['{{string.Join("','", times)}}'])[1 + i * 200 / {{Count}}] || lpad(to_hex(i), 16, '0'),
                    {{Now.AddDays(-20).ToUnixTimeMilliseconds()}} + i::bigint * 1728000000 / {{Count}}, 500, '\x00', 0, 0, '1',
                    'Order ' || i || ' of a subject with usual length',
                    '{"sender":"customer' || i % 5000 || '@sender.test","recipients":[{"address":"support+' || i % 900
                      || '@example.com"}],"helo":"mail.sender.test","client_ip":"192.0.2.1","refusals":[]}',
                    '{"verdict":"pass","spf":{"result":"pass","domain":"sender.test"} }'
                  FROM generate_series(0, {{Count - 1}}) i;
                INSERT INTO deliveries(seq, id, destination, state, attempts, version, created_at, next_at, fence, last_reply, recipients,
                    rule, tags, replay)
                  SELECT m.seq << 20, m.id || 'd', CASE WHEN m.seq % 1000 > 997 THEN 'down' ELSE 'app' END,
                    CASE WHEN m.seq % 1000 < 970 THEN 2 WHEN m.seq % 1000 < 985 THEN 3 WHEN m.seq % 1000 < 993 THEN 5
                      WHEN m.seq % 1000 < 998 THEN 4 ELSE 1 END, 1, 0, m.received_at, m.received_at, 0, '200 OK',
                    '[{"address":"support@example.com"}]', 'rule ' || m.seq % 50,
                    CASE WHEN m.seq % 4 = 0 THEN '["order","shop"]' END, false
                  FROM messages m;
                INSERT INTO tallies(slot, destination, state, count) SELECT 0, destination, state, count(*) FROM deliveries GROUP BY 2, 3;
                ANALYZE messages, deliveries, tallies
                """));
        }
    }
}
