using System.Text;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Json;
using Npgsql;
using NpgsqlTypes;

namespace InboundBridge.MailFlow.Spool.Postgres.Records;

/// <summary>New messages, a list for each column.</summary>
internal sealed class MessageArrays
{
    public const string Names =
        "id, received_at, size, sha256, body, prelude_length, config_version, subject, envelope, authentication, results, cause, " +
        "cause_details, octets";

    /// <summary>The parameters $1 to $14 as rows.</summary>
    public const string Rows =
        "unnest($1::text[], $2::bigint[], $3::bigint[], $4::bytea[], $5::smallint[], $6::integer[], $7::text[], $8::text[], $9::text[], " +
        "$10::text[], $11::text[], $12::text[], $13::text[], $14::bytea[])";

    private readonly List<string> _ids = [];
    private readonly List<long> _received = [];
    private readonly List<long> _sizes = [];
    private readonly List<byte[]> _digests = [];
    private readonly List<short> _bodies = [];
    private readonly List<int> _preludes = [];
    private readonly List<string> _versions = [];
    private readonly List<string?> _subjects = [];
    private readonly List<string> _envelopes = [];
    private readonly List<string?> _verdicts = [];
    private readonly List<string?> _results = [];
    private readonly List<string?> _causes = [];
    private readonly List<string?> _causeDetails = [];
    private readonly List<ReadOnlyMemory<byte>> _octets = [];

    /// <param name="octets">All octets of a small mail; the prelude of a large one. Not copied.</param>
    public void Add(SpooledMessage message, StoredBody body, ReadOnlyMemory<byte> octets)
    {
        _ids.Add(message.Id);
        _received.Add(StoredTime.Of(message.ReceivedAt));
        _sizes.Add(message.Size);
        _digests.Add(Convert.FromHexString(message.Sha256));
        _bodies.Add((short)body);
        _preludes.Add(message.PreludeLength);
        _versions.Add(StoredText.Of(message.ConfigVersion));
        _subjects.Add(StoredText.OfNullable(message.Subject));
        _envelopes.Add(Encoding.UTF8.GetString(SpoolJson.Write(message.Envelope)));
        _verdicts.Add(StoredText.OfNullable(message.AuthenticationJson));
        _results.Add(StoredText.OfNullable(message.ResultsField));
        _causes.Add(message.Cause?.MessageId);
        _causeDetails.Add(message.Cause is { } cause ? Encoding.UTF8.GetString(SpoolJson.Write(cause)) : null);
        _octets.Add(octets);
    }

    public void Bind(NpgsqlParameterCollection parameters) => parameters
        .Texts(_ids).Numbers(_received).Numbers(_sizes).Column(NpgsqlDbType.Bytea, _digests).Column(NpgsqlDbType.Smallint, _bodies)
        .Column(NpgsqlDbType.Integer, _preludes).Texts(_versions).Column(NpgsqlDbType.Text, _subjects).Texts(_envelopes)
        .Column(NpgsqlDbType.Text, _verdicts).Column(NpgsqlDbType.Text, _results).Column(NpgsqlDbType.Text, _causes)
        .Column(NpgsqlDbType.Text, _causeDetails).Column(NpgsqlDbType.Bytea, _octets);
}
