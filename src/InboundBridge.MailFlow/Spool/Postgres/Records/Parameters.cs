using InboundBridge.MailFlow.Spool.Contract;
using Npgsql;
using NpgsqlTypes;

namespace InboundBridge.MailFlow.Spool.Postgres.Records;

/// <summary>
/// Parameters by place. Whole columns go as arrays, which <c>unnest</c> turns into rows: one statement for any number of rows.
/// </summary>
internal static class Parameters
{
    public static NpgsqlParameterCollection Text(this NpgsqlParameterCollection parameters, string? value) =>
        parameters.With(value is null ? new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Text, Value = DBNull.Value }
            : new NpgsqlParameter<string> { NpgsqlDbType = NpgsqlDbType.Text, TypedValue = value });

    public static NpgsqlParameterCollection Number(this NpgsqlParameterCollection parameters, long value) =>
        parameters.With(new NpgsqlParameter<long> { NpgsqlDbType = NpgsqlDbType.Bigint, TypedValue = value });

    /// <summary>The slot of <see cref="Tallies"/>.</summary>
    public static NpgsqlParameterCollection Slot(this NpgsqlParameterCollection parameters, short slot) =>
        parameters.With(new NpgsqlParameter<short> { NpgsqlDbType = NpgsqlDbType.Smallint, TypedValue = slot });

    public static NpgsqlParameterCollection State(this NpgsqlParameterCollection parameters, DeliveryState state) =>
        parameters.With(new NpgsqlParameter<short> { NpgsqlDbType = NpgsqlDbType.Smallint, TypedValue = (short)state });

    public static NpgsqlParameterCollection Octets(this NpgsqlParameterCollection parameters, byte[] octets) =>
        parameters.With(new NpgsqlParameter<byte[]> { NpgsqlDbType = NpgsqlDbType.Bytea, TypedValue = octets });

    public static NpgsqlParameterCollection NumberOrNull(this NpgsqlParameterCollection parameters, long? value) => value is { } number
        ? parameters.Number(number)
        : parameters.With(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Bigint, Value = DBNull.Value });

    public static NpgsqlParameterCollection Numbers(this NpgsqlParameterCollection parameters, List<long> values) =>
        parameters.Column(NpgsqlDbType.Bigint, values);

    public static NpgsqlParameterCollection Texts(this NpgsqlParameterCollection parameters, List<string> values) =>
        parameters.Column(NpgsqlDbType.Text, values);

    public static NpgsqlParameterCollection Column<T>(this NpgsqlParameterCollection parameters, NpgsqlDbType type, List<T> values) =>
        parameters.With(new NpgsqlParameter<List<T>> { NpgsqlDbType = NpgsqlDbType.Array | type, TypedValue = values });

    private static NpgsqlParameterCollection With(this NpgsqlParameterCollection parameters, NpgsqlParameter parameter)
    {
        parameters.Add(parameter);
        return parameters;
    }
}
