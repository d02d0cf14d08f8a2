namespace InboundBridge.Publishing;

internal enum RecordState
{
    Ok,

    /// <summary>Mail works; something could be better, or could not be looked up.</summary>
    Warning,

    ToDo,
}
