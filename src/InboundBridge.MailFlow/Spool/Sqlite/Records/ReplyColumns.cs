using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Sqlite.Engine;

namespace InboundBridge.MailFlow.Spool.Sqlite.Records;

/// <summary>
/// A reply in a row: its text in a column of its own, and three columns <c>reply_code</c>, <c>reply_enhanced</c>, <c>reply_host</c>.
/// </summary>
internal static class ReplyColumns
{
    /// <summary>Binds the codes and the host to three parameters.</summary>
    public static SqliteStatement BindReplyCodes(this SqliteStatement statement, int first, DeliveryReply? reply)
    {
        var code = reply?.Code is { } number ? statement.Bind(first, number) : statement.BindNull(first);
        return code.Bind(first + 1, reply?.Enhanced).Bind(first + 2, reply?.RemoteHost);
    }

    /// <param name="codes">The first of the three columns.</param>
    public static DeliveryReply? ReplyOrNull(this SqliteStatement row, int text, int codes) =>
        row.IsNull(text) ? null : row.Reply(text, codes);

    /// <param name="codes">The first of the three columns.</param>
    public static DeliveryReply Reply(this SqliteStatement row, int text, int codes) =>
        new(row.IsNull(codes) ? null : (int)row.Number(codes), row.TextOrNull(codes + 1), row.Text(text), row.TextOrNull(codes + 2));
}
