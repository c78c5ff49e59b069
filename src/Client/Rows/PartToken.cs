using IqdbFlat.Abstractions;

namespace IqdbFlat.Client.Rows;

/// <summary>The token of one message: that of the call, and the message's place among those that the call is cut into.</summary>
internal readonly record struct PartToken(WriteToken Token, int Part);
