using System.Text.Json;
using System.Text.Json.Serialization;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Spool.Json;

/// <summary>Writes the lists and maps of a row as JSON, which the json functions of <c>sqlite3</c> can read.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    Converters = [typeof(NotifyJson)])]
[JsonSerializable(typeof(MailEnvelope))]
[JsonSerializable(typeof(IReadOnlyList<MailRecipient>))]
[JsonSerializable(typeof(MailCause))]
[JsonSerializable(typeof(IReadOnlyList<StoredHeaderEdit>))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, string>))]
internal sealed partial class SpoolJson : JsonSerializerContext
{
    public static byte[] Write(MailEnvelope envelope) =>
        UsualSpoolJson.CanWrite(envelope.Recipients)
            ? UsualSpoolJson.Write(envelope) : JsonSerializer.SerializeToUtf8Bytes(envelope, Default.MailEnvelope);

    public static byte[] Write(IReadOnlyList<MailRecipient> recipients) =>
        UsualSpoolJson.CanWrite(recipients)
            ? UsualSpoolJson.Write(recipients) : JsonSerializer.SerializeToUtf8Bytes(recipients, Default.IReadOnlyListMailRecipient);

    public static byte[]? Write(IReadOnlyList<StoredHeaderEdit> edits) =>
        edits.Count == 0 ? null : JsonSerializer.SerializeToUtf8Bytes(edits, Default.IReadOnlyListStoredHeaderEdit);

    public static byte[]? Write(IReadOnlyList<string> texts) =>
        texts.Count == 0 ? null : JsonSerializer.SerializeToUtf8Bytes(texts, Default.IReadOnlyListString);

    public static byte[]? Write(IReadOnlyDictionary<string, string> map) =>
        map.Count == 0 ? null : JsonSerializer.SerializeToUtf8Bytes(map, Default.IReadOnlyDictionaryStringString);

    public static MailEnvelope ReadEnvelope(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize(json, Default.MailEnvelope) ?? throw Broken();

    /// <summary>Everything but the id of the message, which has a column of its own.</summary>
    public static byte[] Write(MailCause cause) => JsonSerializer.SerializeToUtf8Bytes(cause with { MessageId = "" }, Default.MailCause);

    public static MailCause ReadCause(string messageId, ReadOnlySpan<byte> json) =>
        (JsonSerializer.Deserialize(json, Default.MailCause) ?? throw Broken()) with { MessageId = messageId };

    public static IReadOnlyList<MailRecipient> ReadRecipients(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize(json, Default.IReadOnlyListMailRecipient) ?? throw Broken();

    public static IReadOnlyList<StoredHeaderEdit> ReadEdits(ReadOnlySpan<byte> json) =>
        json.IsEmpty ? [] : JsonSerializer.Deserialize(json, Default.IReadOnlyListStoredHeaderEdit) ?? throw Broken();

    public static IReadOnlyList<string> ReadTexts(ReadOnlySpan<byte> json) =>
        json.IsEmpty ? [] : JsonSerializer.Deserialize(json, Default.IReadOnlyListString) ?? throw Broken();

    public static IReadOnlyDictionary<string, string> ReadMap(ReadOnlySpan<byte> json) =>
        json.IsEmpty ? EmptyMap : JsonSerializer.Deserialize(json, Default.IReadOnlyDictionaryStringString) ?? throw Broken();

    private static readonly Dictionary<string, string> EmptyMap = new(StringComparer.Ordinal);

    private static JsonException Broken() => new("null where an object or a list was written");
}
