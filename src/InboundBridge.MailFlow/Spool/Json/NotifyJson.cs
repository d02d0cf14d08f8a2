using System.Text.Json;
using System.Text.Json.Serialization;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Spool.Json;

/// <summary>Stores NOTIFY as RFC 3461 writes it: <c>SUCCESS,DELAY</c>.</summary>
internal sealed class NotifyJson : JsonConverter<RecipientNotify>
{
    private static readonly (RecipientNotify Flag, string Word)[] Words =
    [
        (RecipientNotify.Never, "NEVER"), (RecipientNotify.Success, "SUCCESS"), (RecipientNotify.Failure, "FAILURE"),
            (RecipientNotify.Delay, "DELAY"),
    ];

    public override RecipientNotify Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var notify = RecipientNotify.Unspecified;
        foreach (var word in reader.GetString()?.Split(',', StringSplitOptions.TrimEntries) ?? [])
            notify |= Array.Find(Words, known => known.Word.Equals(word, StringComparison.OrdinalIgnoreCase)).Flag;
        return notify;
    }

    public override void Write(Utf8JsonWriter writer, RecipientNotify value, JsonSerializerOptions options) =>
        writer.WriteStringValue(string.Join(',', Words.Where(known => value.HasFlag(known.Flag)).Select(known => known.Word)));
}
