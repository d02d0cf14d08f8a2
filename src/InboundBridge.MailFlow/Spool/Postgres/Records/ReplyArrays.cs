using InboundBridge.MailFlow.Spool.Contract;
using Npgsql;
using NpgsqlTypes;

namespace InboundBridge.MailFlow.Spool.Postgres.Records;

/// <summary>Replies of many rows, in four columns: text, code, enhanced code, host.</summary>
internal sealed class ReplyArrays
{
    private readonly List<string?> _texts = [];
    private readonly List<int?> _codes = [];
    private readonly List<string?> _enhanced = [];
    private readonly List<string?> _hosts = [];

    public void Add(DeliveryReply? reply)
    {
        _texts.Add(StoredText.OfNullable(reply?.Text));
        _codes.Add(reply?.Code);
        _enhanced.Add(StoredText.OfNullable(reply?.Enhanced));
        _hosts.Add(StoredText.OfNullable(reply?.RemoteHost));
    }

    public void Bind(NpgsqlParameterCollection parameters) => parameters
        .Column(NpgsqlDbType.Text, _texts).Column(NpgsqlDbType.Integer, _codes).Column(NpgsqlDbType.Text, _enhanced)
        .Column(NpgsqlDbType.Text, _hosts);
}
