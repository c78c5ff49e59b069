using IqdbFlat.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace IqdbFlat.VectorData.Hosting;

/// <summary>What is wrong with a store's options, told when the host starts.</summary>
internal sealed class StoreOptionsCheck(IServiceProvider provider) : IValidateOptions<IqdbFlatVectorStoreOptions>
{
    public ValidateOptionsResult Validate(string? name, IqdbFlatVectorStoreOptions options)
    {
        var problems = options.Problems().ToList();
        if (options.Mode == IqdbFlatStoreMode.Cluster && provider.GetService<IServiceProviderIsService>()?.IsService(typeof(IFlatIndexClient)) == false)
            problems.Add("The mode Cluster needs an IFlatIndexClient in the container: AddIqdbFlatClient registers one.");
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
