# The image of a release: the binary and nothing else. `make build` first, or take the
# binary of an archive: the build of the image needs no network.
FROM scratch
COPY bin/onus /onus
USER 65532:65532
WORKDIR /work
ENTRYPOINT ["/onus"]
