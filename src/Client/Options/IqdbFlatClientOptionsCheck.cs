using IqdbFlat.Client.Connections;
using Microsoft.Extensions.Options;

namespace IqdbFlat.Client;

/// <summary>Refuses settings that no client can work with, one sentence each.</summary>
internal sealed class IqdbFlatClientOptionsCheck : IValidateOptions<IqdbFlatClientOptions>
{
    public const int MaxBatchRows = 100_000;
    public const int MinBatchBytes = 512 * 1024;
    public const int MaxBatchBytes = 64 * 1024 * 1024;
    public const int MaxCoordinatorKeys = 1_024;

    public ValidateOptionsResult Validate(string? name, IqdbFlatClientOptions options)
    {
        List<string> problems = [];
        if (options.Deadline <= TimeSpan.Zero || options.Deadline > IqdbFlatClientOptions.MaxDeadline)
            problems.Add($"{nameof(options.Deadline)} is above 0 and at most {IqdbFlatClientOptions.MaxDeadline}, found {options.Deadline}.");
        CheckRange(problems, nameof(options.BatchRows), options.BatchRows, 1, MaxBatchRows);
        CheckRange(problems, nameof(options.BatchBytes), options.BatchBytes, MinBatchBytes, MaxBatchBytes);
        CheckRange(problems, nameof(options.CoordinatorKeys), options.CoordinatorKeys, 1, MaxCoordinatorKeys);
        // Its length is told, itself never.
        if (options.GatewayKey.Length is not 0 and (< KeyProof.MinLength or > KeyProof.MaxLength))
            problems.Add($"{nameof(options.GatewayKey)} has {KeyProof.MinLength} to {KeyProof.MaxLength} characters, found {options.GatewayKey.Length}.");
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static void CheckRange(List<string> problems, string setting, int value, int min, int max)
    {
        if (value < min || value > max)
            problems.Add($"{setting} is {min} to {max}, found {value}.");
    }
}
